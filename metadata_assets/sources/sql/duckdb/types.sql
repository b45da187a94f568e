-- User-defined types: enums with their labels, and names for other types.
SELECT
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name)
    AS schema_name,
  type_name,
  if(logical_type = 'ENUM', 'enum', 'domain') AS kind,
  CASE WHEN logical_type = 'ENUM' THEN labels END AS labels,
  CASE WHEN logical_type <> 'ENUM' THEN logical_type END AS base_type,
  comment
FROM duckdb_types()
WHERE NOT internal AND database_name IN (SELECT unnest($databases))
