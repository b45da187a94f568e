-- DuckDB: tables and views that show no columns, and views that do not show their query.
SELECT
  t.schema_name,
  t.table_name,
  CASE
    WHEN t.comment LIKE 'View %' THEN t.comment
    ELSE 'its definition is being changed, or the user may not see it'
  END AS reason
FROM tables t
ANTI JOIN columns USING (schema_name, table_name)
UNION ALL
SELECT schema_name, table_name, 'the user lacks SHOW VIEW on it: its query is not known'
FROM views
SEMI JOIN columns USING (schema_name, table_name)
WHERE coalesce(definition, '') = ''
