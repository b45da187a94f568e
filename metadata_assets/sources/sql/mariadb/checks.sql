-- CHECK constraints of tables and of columns (LEVEL), such as the json_valid that JSON stands for.
SELECT
  CONSTRAINT_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  CONSTRAINT_NAME AS constraint_name,
  CHECK_CLAUSE AS expression,
  'YES' AS is_enforced,
  LEVEL AS level
FROM information_schema.CHECK_CONSTRAINTS
WHERE BINARY CONSTRAINT_SCHEMA = BINARY coalesce(@source_database, CONSTRAINT_SCHEMA)
  AND CONSTRAINT_SCHEMA = coalesce(@source_database, CONSTRAINT_SCHEMA)
  AND BINARY CONSTRAINT_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
