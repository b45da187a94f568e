-- What foreign keys do on DELETE and UPDATE.
SELECT
  CONSTRAINT_SCHEMA AS schema_name,
  TABLE_NAME AS table_name,
  CONSTRAINT_NAME AS constraint_name,
  DELETE_RULE AS on_delete,
  UPDATE_RULE AS on_update
FROM information_schema.REFERENTIAL_CONSTRAINTS
WHERE BINARY CONSTRAINT_SCHEMA = BINARY coalesce(@source_database, CONSTRAINT_SCHEMA)
  AND CONSTRAINT_SCHEMA = coalesce(@source_database, CONSTRAINT_SCHEMA)
  AND BINARY CONSTRAINT_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
