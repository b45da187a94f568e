-- The queries of views; empty where the user lacks SHOW VIEW.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  VIEW_DEFINITION AS definition
FROM information_schema.VIEWS
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
