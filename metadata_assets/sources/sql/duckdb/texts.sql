-- The CREATE TABLE statements that tell what no catalog function does.
SELECT database_name, schema_name, table_name, sql
FROM duckdb_tables()
WHERE database_name IN (SELECT unnest($databases))
  AND NOT internal
  AND regexp_matches(sql, ' (GENERATED ALWAYS AS|COLLATE)')
