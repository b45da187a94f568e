-- The parts of all indexes, those of keys among them. MySQL shows expressions with a backslash before
-- each quote and backslash.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  INDEX_NAME AS index_name,
  SEQ_IN_INDEX AS position,
  COLUMN_NAME AS column_name,
  REPLACE(REPLACE(REPLACE(EXPRESSION, '\\\\', CHAR(1 USING utf8mb4)), '\\''', ''''), CHAR(1 USING utf8mb4), '\\')
    AS expression,
  SUB_PART AS prefix,
  `COLLATION` AS direction,
  NON_UNIQUE AS non_unique,
  INDEX_TYPE AS method,
  IF(IS_VISIBLE = 'NO', 'INVISIBLE', NULL) AS visibility
FROM information_schema.STATISTICS
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND BINARY TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
