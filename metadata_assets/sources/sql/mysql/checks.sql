-- CHECK constraints; which table each belongs to is told by TABLE_CONSTRAINTS.
SELECT
  t.TABLE_SCHEMA AS schema_name,
  t.TABLE_NAME AS table_name,
  c.CONSTRAINT_NAME AS constraint_name,
  c.CHECK_CLAUSE AS expression,
  'Table' AS level
FROM information_schema.CHECK_CONSTRAINTS c
JOIN information_schema.TABLE_CONSTRAINTS t
  ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA
  AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
  AND t.CONSTRAINT_TYPE = 'CHECK'
WHERE BINARY t.TABLE_SCHEMA = BINARY coalesce(@source_database, t.TABLE_SCHEMA)
  AND t.TABLE_SCHEMA = coalesce(@source_database, t.TABLE_SCHEMA)
  AND t.TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
