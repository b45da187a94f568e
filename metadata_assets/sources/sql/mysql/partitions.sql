-- Partitions; one row for each subpartition.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  PARTITION_NAME AS partition_name,
  PARTITION_ORDINAL_POSITION AS position,
  PARTITION_METHOD AS method,
  PARTITION_EXPRESSION AS expression,
  SUBPARTITION_METHOD AS sub_method,
  SUBPARTITION_EXPRESSION AS sub_expression,
  PARTITION_DESCRIPTION AS description
FROM information_schema.PARTITIONS
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND BINARY TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
  AND PARTITION_NAME IS NOT NULL
