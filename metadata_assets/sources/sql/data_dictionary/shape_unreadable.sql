-- DuckDB: tables that only columns are told of, though others have rows of their own.
SELECT DISTINCT
  split_part(table_fqdn, chr(31), 1) AS schema_name,
  split_part(table_fqdn, chr(31), 2) AS table_name,
  'the dictionary describes its columns, but not the table' AS reason
FROM columns
ANTI JOIN tables USING (table_fqdn)
WHERE (SELECT count(*) FROM tables) > 0
  AND table_fqdn IS NOT NULL
  AND lower(coalesce(exists_flag, 'true')) NOT IN ('false', 'f', 'no', 'n', '0')
