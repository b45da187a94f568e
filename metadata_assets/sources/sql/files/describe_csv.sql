-- What each column of a CSV holds: how many rows there are, how many of them have a value and which
-- have a mark for nothing instead, and whether all values are moments of one format.
WITH cells AS MATERIALIZED (
  SELECT
    name,
    CASE WHEN NOT list_contains($marks, text) THEN text END AS value,
    CASE WHEN list_contains($marks, text) AND text <> '' THEN text END AS mark
  FROM (
    FROM read_csv(
      $path, delim = $delimiter, quote = $quote, escape = $escape, comment = $comment,
      skip = $skipped, header = $header, names = $names, all_varchar = true, null_padding = true,
      ignore_errors = true, sample_size = -1,
      -- Quoted line breaks and padding do not go together in parallel.
      parallel = false,
      max_line_size = 8388608, buffer_size = 16777216
    )
  ) UNPIVOT INCLUDE NULLS (text FOR name IN (COLUMNS(*)))
),
described AS (
  SELECT
    name,
    count(*) AS row_count,
    count(value) AS value_count,
    list_sort(list(DISTINCT mark) FILTER (mark IS NOT NULL)) AS marks,
    min(value) AS least,
    max(value) AS greatest,
    -- `1,234` is a number with a decimal comma, or one of thousands.
    bool_and(regexp_full_match(value, '[+-]?[1-9]\d{0,2}(,\d{3})+')) AS may_be_thousands
  FROM cells
  GROUP BY name
),
texts AS (
  SELECT DISTINCT name, trim(value) AS text
  FROM cells
  JOIN described USING (name)
  WHERE value IS NOT NULL
    -- Other columns have no value of three parts, or one that is no moment among the outermost.
    AND (
      list_contains($moments, name)
      OR regexp_full_match(least, '\w+[ ./,-]+\w+[ ./,-]+\w.{0,30}')
      AND regexp_full_match(greatest, '\w+[ ./,-]+\w+[ ./,-]+\w.{0,30}')
      AND regexp_matches(least, '\d')
    )
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
    CASE
      WHEN count(clock) = 0 THEN 'DATE'
      WHEN count(zone) = 0 THEN 'TIMESTAMP'
      ELSE 'TIMESTAMP WITH TIME ZONE'
    END AS moment_type
  FROM days
  GROUP BY name
)
SELECT
  described.*,
  day_format || clock_format AS moment_format,
  CASE WHEN moment_format IS NOT NULL THEN moment_type END AS moment_type
FROM described
LEFT JOIN moments USING (name)
