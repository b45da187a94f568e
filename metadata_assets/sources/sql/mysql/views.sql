-- The queries of views, empty where the user lacks SHOW VIEW, and their options, null where they are
-- the usual ones. Only MariaDB, which reads what is in the comment, tells the algorithm.
SELECT
  TABLE_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  VIEW_DEFINITION AS definition,
  NULLIF(COALESCE(/*M! ALGORITHM, */ 'UNDEFINED'), 'UNDEFINED') AS algorithm,
  NULLIF(SECURITY_TYPE, 'DEFINER') AS sql_security,
  NULLIF(CHECK_OPTION, 'NONE') AS check_option
FROM information_schema.VIEWS
WHERE BINARY TABLE_SCHEMA = BINARY coalesce(@source_database, TABLE_SCHEMA)
  AND TABLE_SCHEMA = coalesce(@source_database, TABLE_SCHEMA)
  AND BINARY TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
