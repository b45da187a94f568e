-- DuckDB: columns; the descriptions of fields within one are a property of it.
WITH described AS (
  SELECT
    table_schema,
    table_name,
    column_name,
    any_value(description) FILTER (field_path = column_name) AS comment,
    list(field_path ORDER BY field_path) FILTER (field_path <> column_name) AS paths,
    list(description ORDER BY field_path) FILTER (field_path <> column_name) AS descriptions
  FROM fields
  GROUP BY table_schema, table_name, column_name
)
SELECT
  c.table_schema AS schema_name,
  c.table_name,
  c.ordinal_position::INTEGER AS ordinal,
  c.column_name,
  c.data_type AS native_type,
  c.is_nullable = 'YES' AS nullable,
  nullif(c.column_default, 'NULL') AS default_expr,
  CASE c.is_generated WHEN 'ALWAYS' THEN c.generation_expression END AS generated_expr,
  nullif(c.collation_name, 'NULL') AS collation,
  nullif(d.comment, '') AS comment,
  '{"fields":' || to_json(map(d.paths, d.descriptions))::VARCHAR || '}' AS properties
FROM columns c
LEFT JOIN described d USING (table_schema, table_name, column_name)
