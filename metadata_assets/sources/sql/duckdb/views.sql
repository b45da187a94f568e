-- The views, to be described one by one.
SELECT
  database_name,
  schema_name,
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name),
  view_name
FROM duckdb_views()
WHERE database_name IN (SELECT unnest($databases)) AND NOT internal
ORDER BY ALL
