-- User-defined types: enums with their labels, and names for other types.
-- $base_types: what those names stand for, as JSON; the catalog only tells the family.
WITH base_types AS (
  SELECT base.*
  FROM (
    SELECT unnest(from_json($base_types,
      '[{"database_name": "VARCHAR", "schema_name": "VARCHAR", "type_name": "VARCHAR",
         "base_type": "VARCHAR"}]'
    )) AS base
  )
)
SELECT
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name)
    AS schema_name,
  type_name,
  if(logical_type = 'ENUM', 'enum', 'domain') AS kind,
  CASE WHEN logical_type = 'ENUM' THEN labels END AS labels,
  base_type,
  comment
FROM duckdb_types()
LEFT JOIN base_types USING (database_name, schema_name, type_name)
WHERE NOT internal AND database_name IN (SELECT unnest($databases))
