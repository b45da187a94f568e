-- DuckDB: keys and checks. A foreign key's column says which of the key it refers to it goes with.
WITH parts AS (
  SELECT
    constraint_schema,
    constraint_name,
    list(column_name ORDER BY ordinal_position::INTEGER) AS columns,
    list(position_in_unique_constraint::INTEGER ORDER BY ordinal_position::INTEGER) AS positions,
    any_value(table_schema) AS table_schema,
    any_value(table_name) AS table_name
  FROM key_columns
  GROUP BY constraint_schema, constraint_name
)
SELECT
  c.table_schema AS schema_name,
  c.table_name,
  c.constraint_name,
  lower(replace(c.constraint_type, ' ', '_')) AS constraint_type,
  p.columns,
  if(c.unique_constraint_catalog = c.constraint_catalog, '', c.unique_constraint_catalog || '.')
    || coalesce(r.table_schema, c.unique_constraint_schema) AS ref_schema_name,
  r.table_name AS ref_table_name,
  CASE WHEN r.columns IS NOT NULL
    THEN list_transform(p.positions, lambda position: r.columns[position])
  END AS referenced_columns,
  nullif(c.delete_rule, 'NO ACTION') AS on_delete,
  nullif(c.update_rule, 'NO ACTION') AS on_update,
  c.check_clause AS expression
FROM constraints c
LEFT JOIN parts p USING (constraint_schema, constraint_name)
LEFT JOIN parts r
  ON r.constraint_schema = c.unique_constraint_schema
  AND r.constraint_name = c.unique_constraint_name
  AND c.unique_constraint_catalog = c.constraint_catalog
WHERE c.constraint_type <> 'FOREIGN KEY' OR r.columns IS NOT NULL
