-- DuckDB: keys. BigQuery names a primary key `table.pk$` and a foreign key `table.fk$n` or `table.name`;
-- a column of the latter says which of the primary key it refers to it goes with. That key's columns are
-- unknown where its dataset is not read.
WITH keys AS (
  SELECT
    constraint_schema,
    constraint_name,
    any_value(table_schema) AS table_schema,
    any_value(table_name) AS table_name,
    list(column_name ORDER BY ordinal_position::INTEGER) AS columns,
    list(position_in_unique_constraint::INTEGER ORDER BY ordinal_position::INTEGER) AS positions
  FROM key_columns
  GROUP BY constraint_schema, constraint_name
)
SELECT
  k.table_schema AS schema_name,
  k.table_name,
  k.constraint_name,
  if(k.positions[1] IS NULL, 'primary_key', 'foreign_key') AS constraint_type,
  k.columns,
  r.table_schema AS ref_schema_name,
  r.table_name AS ref_table_name,
  CASE WHEN p.columns IS NOT NULL
    THEN list_transform(k.positions, lambda position: p.columns[position])
  END AS referenced_columns
FROM keys k
LEFT JOIN referenced r
  ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
  AND k.positions[1] IS NOT NULL
LEFT JOIN keys p
  ON p.table_schema = r.table_schema AND p.table_name = r.table_name AND p.positions[1] IS NULL
WHERE r.table_name IS NOT NULL OR k.positions[1] IS NULL
