-- DuckDB: the columns that are there, in the order they say or else have. A column without a type keeps
-- its place.
WITH newest AS (
  SELECT *
  FROM columns
  WHERE table_fqdn IS NOT NULL AND column_name IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY table_fqdn, column_name ORDER BY profile_timestamp DESC NULLS LAST, place::INTEGER DESC
  ) = 1
)
SELECT
  split_part(table_fqdn, chr(31), 1) AS schema_name,
  split_part(table_fqdn, chr(31), 2) AS table_name,
  row_number() OVER (ORDER BY try_cast(ordinal AS DOUBLE) NULLS LAST, place::INTEGER)::INTEGER AS ordinal,
  column_name,
  coalesce(data_type, 'unknown') AS native_type,
  NOT coalesce(regexp_full_match(trim(is_nullable), '(?i)false|f|no|n|not null|0(\.0*)?'), false) AS nullable,
  description AS comment,
  CASE
    WHEN regexp_full_match(trim(pii_flag), '(?i)true|t|yes|y|1(\.0*)?') THEN true
    WHEN regexp_full_match(trim(pii_flag), '(?i)false|f|no|n|0(\.0*)?') THEN false
  END AS pii
FROM newest
WHERE NOT coalesce(regexp_full_match(trim(exists_flag), '(?i)false|f|no|n|0(\.0*)?'), false)
