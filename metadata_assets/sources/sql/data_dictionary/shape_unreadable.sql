-- DuckDB: tables that only columns are told of, though others have rows of their own.
WITH newest AS (
  SELECT table_fqdn, exists_flag
  FROM columns
  WHERE table_fqdn IS NOT NULL AND column_name IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY table_fqdn, column_name ORDER BY profile_timestamp DESC NULLS LAST, place::INTEGER DESC
  ) = 1
)
SELECT DISTINCT
  split_part(table_fqdn, chr(31), 1) AS schema_name,
  split_part(table_fqdn, chr(31), 2) AS table_name,
  'the dictionary describes its columns, but not the table' AS reason
FROM newest
ANTI JOIN tables USING (table_fqdn)
WHERE (SELECT count(*) FROM tables) > 0
  AND NOT coalesce(regexp_full_match(trim(exists_flag), '(?i)false|f|no|n|0(\.0*)?'), false)
