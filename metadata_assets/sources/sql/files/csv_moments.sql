-- The format that all values of a column have, if they are dates or times.
WITH texts AS (
  SELECT DISTINCT name, trim(text) AS text
  FROM cells
  WHERE list_contains($columns, name) AND NOT list_contains($marks, text)
),
parts AS (
  SELECT
    name,
    unnest(regexp_extract(
      text,
      '^(.*?)(?:[ T:]+(\d\d?[:.]\d\d.*?)(?: ?(Z|[A-Z]{3,4}|[A-Z][a-z]+/\w+|[+-]\d\d(?::?\d\d)?))?)?$',
      ['day', 'clock', 'zone']
    ))
  FROM texts
),
days AS (
  SELECT
    name,
    -- `1.2.10` is a version.
    CASE
      WHEN regexp_full_match(day, '\d\d?/\d\d?/\d\d|\d\d-\d\d-\d\d|\d\d\.\d\d\.\d\d') THEN day
    END AS short_day,
    CASE WHEN regexp_matches(day, '\d{4}') THEN day END AS long_day,
    day,
    nullif(clock, '') AS clock,
    nullif(zone, '') AS zone
  FROM parts
),
moments AS (
  SELECT
    name,
    -- The likelier come first: of 1/2/24 nobody can tell.
    CASE count(*)
      WHEN count(try_strptime(short_day, '%d/%m/%y')) THEN '%d/%m/%y'
      WHEN count(try_strptime(short_day, '%m/%d/%y')) THEN '%m/%d/%y'
      WHEN count(try_strptime(short_day, '%y/%m/%d')) THEN '%y/%m/%d'
      WHEN count(try_strptime(short_day, '%d.%m.%y')) THEN '%d.%m.%y'
      WHEN count(try_strptime(short_day, '%d-%m-%y')) THEN '%d-%m-%y'
      WHEN count(try_strptime(short_day, '%m-%d-%y')) THEN '%m-%d-%y'
      WHEN count(try_strptime(short_day, '%y-%m-%d')) THEN '%y-%m-%d'
      WHEN count(TRY_CAST(long_day AS DATE)) THEN '%Y-%m-%d'
      WHEN count(try_strptime(long_day, '%d/%m/%Y')) THEN '%d/%m/%Y'
      WHEN count(try_strptime(long_day, '%m/%d/%Y')) THEN '%m/%d/%Y'
      WHEN count(try_strptime(long_day, '%d.%m.%Y')) THEN '%d.%m.%Y'
      WHEN count(try_strptime(long_day, '%d-%m-%Y')) THEN '%d-%m-%Y'
      WHEN count(try_strptime(long_day, '%m-%d-%Y')) THEN '%m-%d-%Y'
      WHEN count(try_strptime(long_day, '%Y.%m.%d')) THEN '%Y.%m.%d'
      WHEN count(try_strptime(day, '%d-%b-%y')) THEN '%d-%b-%y'
      WHEN count(try_strptime(long_day, '%d-%b-%Y')) THEN '%d-%b-%Y'
      WHEN count(try_strptime(long_day, '%d/%b/%Y')) THEN '%d/%b/%Y'
      WHEN count(try_strptime(long_day, '%d %b %Y')) THEN '%d %b %Y'
      WHEN count(try_strptime(long_day, '%d %B %Y')) THEN '%d %B %Y'
      WHEN count(try_strptime(long_day, '%b %d %Y')) THEN '%b %d %Y'
      WHEN count(try_strptime(long_day, '%b %d, %Y')) THEN '%b %d, %Y'
      WHEN count(try_strptime(long_day, '%B %d, %Y')) THEN '%B %d, %Y'
    END AS day_format,
    CASE count(clock)
      WHEN 0 THEN ''
      WHEN count(try_strptime(clock, '%H:%M')) THEN ' %H:%M'
      WHEN count(TRY_CAST(clock AS TIME)) THEN ' %H:%M:%S'
      WHEN count(try_strptime(clock, '%I:%M:%S %p')) THEN ' %I:%M:%S %p'
      WHEN count(try_strptime(clock, '%I:%M %p')) THEN ' %I:%M %p'
      WHEN count(try_strptime(clock, '%I:%M%p')) THEN ' %I:%M%p'
      WHEN count(try_strptime(clock, '%H.%M.%S')) THEN ' %H.%M.%S'
      WHEN count(try_strptime(clock, '%I.%M.%S %p')) THEN ' %I.%M.%S %p'
      WHEN count(try_strptime(clock, '%I.%M.%S.%f %p')) THEN ' %I.%M.%S.%f %p'
      WHEN count(try_strptime(clock, '%I.%M.%S.%n %p')) THEN ' %I.%M.%S.%n %p'
    END AS clock_format,
    count(clock) IN (0, count(*)) AS is_even,
    CASE
      WHEN count(clock) = 0 THEN 'DATE'
      WHEN count(zone) = 0 THEN 'TIMESTAMP'
      ELSE 'TIMESTAMP WITH TIME ZONE'
    END AS moment_type
  FROM days
  GROUP BY name
)
SELECT name, moment_type AS native_type, day_format || clock_format AS format
FROM moments
WHERE format IS NOT NULL
  -- Days beside times are of two formats, but for those of ISO 8601.
  AND (is_even OR day_format = '%Y-%m-%d')
