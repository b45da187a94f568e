-- DuckDB: views that do not show their query, and foreign keys to another catalog, or to a key that is
-- not shown.
SELECT
  table_schema AS schema_name,
  table_name,
  'the user may not see its query' AS reason
FROM views
WHERE coalesce(view_definition, '') = ''
UNION ALL
SELECT
  c.table_schema,
  c.table_name,
  'its foreign key ' || c.constraint_name || if(
    c.unique_constraint_catalog <> c.constraint_catalog,
    ' refers to another catalog, ' || c.unique_constraint_catalog,
    ' refers to a key that the user may not see'
  )
FROM constraints c
ANTI JOIN key_columns k
  ON k.constraint_schema = c.unique_constraint_schema
  AND k.constraint_name = c.unique_constraint_name
  AND c.unique_constraint_catalog = c.constraint_catalog
WHERE c.constraint_type = 'FOREIGN KEY'
