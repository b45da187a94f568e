-- Columns of all tables and views. MySQL shows expressions with a backslash before each quote and
-- backslash.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  ORDINAL_POSITION AS ordinal,
  COLUMN_NAME AS column_name,
  COLUMN_TYPE AS native_type,
  IS_NULLABLE AS nullable,
  -- MySQL keeps the value of a literal default, not its text.
  CASE
    WHEN EXTRA LIKE '%DEFAULT_GENERATED%' THEN
      REPLACE(REPLACE(REPLACE(COLUMN_DEFAULT, '\\\\', CHAR(1 USING utf8mb4)), '\\''', ''''), CHAR(1 USING utf8mb4), '\\')
    WHEN DATA_TYPE IN (
      'tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'bit', 'year'
    ) THEN COLUMN_DEFAULT
    WHEN DATA_TYPE IN ('binary', 'varbinary') AND COLUMN_DEFAULT LIKE '0x%' THEN COLUMN_DEFAULT
    WHEN COLUMN_DEFAULT IS NOT NULL THEN QUOTE(COLUMN_DEFAULT)
  END AS default_expr,
  REPLACE(REPLACE(REPLACE(GENERATION_EXPRESSION, '\\\\', CHAR(1 USING utf8mb4)), '\\''', ''''), CHAR(1 USING utf8mb4), '\\')
    AS generated_expr,
  EXTRA AS extra,
  COLLATION_NAME AS collation_name,
  COLUMN_COMMENT AS comment
FROM information_schema.COLUMNS
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND BINARY TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
