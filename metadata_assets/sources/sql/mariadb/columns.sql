-- Columns of all tables and views. COLUMN_DEFAULT is an expression: the text NULL is no default, and
-- a string says 'NULL' with its quotes.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  ORDINAL_POSITION AS ordinal,
  COLUMN_NAME AS column_name,
  COLUMN_TYPE AS native_type,
  IS_NULLABLE AS nullable,
  COLUMN_DEFAULT AS default_expr,
  GENERATION_EXPRESSION AS generated_expr,
  EXTRA AS extra,
  COLLATION_NAME AS collation_name,
  COLUMN_COMMENT AS comment
FROM information_schema.COLUMNS
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND BINARY TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
