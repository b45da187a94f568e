-- DuckDB: the rows of columns.sql, with what their types and comments add.
SELECT
  t.schema_name,
  t.table_name,
  c.ordinal,
  c.column_name,
  c.native_type,
  y.base_type,
  y.allowed_values,
  (c.nullable OR c.not_null IS NOT NULL) AND coalesce(y.nullable, true) AS nullable,
  CASE WHEN c.generated IS NULL THEN coalesce(c.default_expr, y.default_expr) END AS default_expr,
  c.generated_expr,
  c.identity,
  coalesce(c.collation, y.collation) AS collation,
  d.comment,
  nullif(
    '{' || concat_ws(
      ',', '"dimensions":' || c.dimensions, '"generated":"' || c.generated || '"',
      '"not_null":"' || c.not_null || '"'
    ) || '}',
    '{}'
  ) AS properties
FROM columns c
JOIN tables t ON t.relation = c.relation
LEFT JOIN column_types y ON y.oid = c.type_oid
LEFT JOIN comments d ON d.relation = c.relation AND d.ordinal = c.ordinal
