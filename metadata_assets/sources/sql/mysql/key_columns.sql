-- Columns of foreign keys.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  CONSTRAINT_NAME AS constraint_name,
  ORDINAL_POSITION AS position,
  COLUMN_NAME AS column_name,
  REFERENCED_TABLE_SCHEMA AS ref_schema_name,
  REFERENCED_TABLE_NAME AS ref_table_name,
  REFERENCED_COLUMN_NAME AS ref_column_name
FROM information_schema.KEY_COLUMN_USAGE
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND BINARY TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
  AND REFERENCED_TABLE_NAME IS NOT NULL
