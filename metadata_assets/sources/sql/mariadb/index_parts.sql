-- The parts of all indexes, those of keys among them.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  INDEX_NAME AS index_name,
  SEQ_IN_INDEX AS position,
  COLUMN_NAME AS column_name,
  NULL AS expression,
  SUB_PART AS prefix,
  `COLLATION` AS direction,
  NON_UNIQUE AS non_unique,
  INDEX_TYPE AS method,
  -- MariaDB 10.6 and newer read what is in the comment.
  COALESCE(/*M!100600 IF(IGNORED = 'YES', 'IGNORED', NULL), */ NULL) AS visibility
FROM information_schema.STATISTICS
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND BINARY TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
