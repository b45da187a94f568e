-- Macros: of values, and of tables.
SELECT DISTINCT
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name)
    AS schema_name,
  function_name,
  if(function_type = 'table_macro', 'table', 'function') AS kind
FROM duckdb_functions()
WHERE NOT internal
  AND function_type IN ('macro', 'table_macro')
  AND database_name IN (SELECT unnest($databases))
