-- DuckDB: what shows no columns, and views that do not show their query.
SELECT table_schema AS schema_name, table_name, 'the account may not see its columns' AS reason
FROM tables
ANTI JOIN columns USING (table_schema, table_name)
UNION ALL
SELECT table_schema, table_name, 'the account may not see its query'
FROM tables
SEMI JOIN columns USING (table_schema, table_name)
LEFT JOIN views USING (table_schema, table_name)
WHERE table_type LIKE '%VIEW' AND coalesce(view_definition, ddl, '') = ''
