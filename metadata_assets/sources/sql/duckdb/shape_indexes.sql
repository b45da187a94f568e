-- The rows of indexes.sql, with the names of columns as the tables have them; else expressions.
SELECT i.* REPLACE (
  list_transform(i.columns, lambda part: coalesce(r.names[part], part)) AS columns
)
FROM indexes i
LEFT JOIN respelled r USING (schema_name, table_name)
