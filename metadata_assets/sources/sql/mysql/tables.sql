-- Tables and views of one database (@source_database), or where that is NULL of all but the
-- system's. Compared twice: the names of databases differ by case, and only `=` finds one quickly.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  TABLE_TYPE AS table_type,
  ENGINE AS engine,
  TABLE_COLLATION AS collation_name,
  TABLE_COMMENT AS comment,
  IF(CREATE_OPTIONS LIKE '%partitioned%', 'partitioned', NULL) AS layout,
  TABLE_ROWS AS row_estimate,
  DATA_LENGTH AS bytes
FROM information_schema.TABLES
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND BINARY TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
  AND TABLE_TYPE NOT IN ('SEQUENCE', 'TEMPORARY')
