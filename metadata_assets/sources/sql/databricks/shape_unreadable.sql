-- DuckDB: views that do not show their query, and foreign keys into another catalog.
SELECT
  table_schema AS schema_name,
  table_name,
  'the user may not see its query' AS reason
FROM views
WHERE coalesce(view_definition, '') = ''
UNION ALL
SELECT
  table_schema,
  table_name,
  'its foreign key ' || constraint_name || ' refers to another catalog, ' || unique_constraint_catalog
FROM constraints
WHERE constraint_type = 'FOREIGN KEY' AND unique_constraint_catalog <> constraint_catalog
