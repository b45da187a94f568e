-- DuckDB: views that do not show their query.
SELECT
  table_schema AS schema_name,
  table_name,
  CASE is_secure
    WHEN 'YES' THEN 'a secure view shows its query to its owner only'
    ELSE 'the role may not see its query'
  END AS reason
FROM views
WHERE coalesce(view_definition, '') = ''
