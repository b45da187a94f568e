-- CHECK constraints; which table each belongs to is told by TABLE_CONSTRAINTS. MySQL shows expressions
-- with a backslash before each quote and backslash.
SELECT
  t.TABLE_SCHEMA AS schema_name,
  t.TABLE_NAME AS table_name,
  c.CONSTRAINT_NAME AS constraint_name,
  REPLACE(REPLACE(REPLACE(c.CHECK_CLAUSE, '\\\\', CHAR(1 USING utf8mb4)), '\\''', ''''), CHAR(1 USING utf8mb4), '\\')
    AS expression,
  t.ENFORCED AS is_enforced,
  'Table' AS level
FROM information_schema.CHECK_CONSTRAINTS c
JOIN information_schema.TABLE_CONSTRAINTS t
  ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA
  AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
  AND t.CONSTRAINT_TYPE = 'CHECK'
WHERE BINARY t.TABLE_SCHEMA = BINARY coalesce(@source_database, t.TABLE_SCHEMA)
  AND t.TABLE_SCHEMA = coalesce(@source_database, t.TABLE_SCHEMA)
  AND BINARY t.TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
