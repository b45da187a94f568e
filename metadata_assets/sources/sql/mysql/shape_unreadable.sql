-- DuckDB: tables and views that show no columns or cannot be opened (then the error stands for the
-- comment), tables that show some columns only, and views that do not show their query.
SELECT
  t.schema_name,
  t.table_name,
  CASE
    WHEN t.engine IS NULL AND t.comment NOT IN ('', 'VIEW') THEN t.comment
    ELSE 'its definition is being changed, or the user may not see it'
  END AS reason
FROM tables t
LEFT JOIN (SELECT DISTINCT schema_name, table_name FROM columns) c USING (schema_name, table_name)
WHERE c.table_name IS NULL OR (t.engine IS NULL AND t.table_type NOT LIKE '%VIEW')
UNION ALL
SELECT schema_name, table_name, reason
FROM partly_shown
SEMI JOIN tables USING (schema_name, table_name)
UNION ALL
SELECT schema_name, table_name, 'the user lacks SHOW VIEW on it: its query is not known'
FROM views
SEMI JOIN columns USING (schema_name, table_name)
WHERE coalesce(definition, '') = ''
