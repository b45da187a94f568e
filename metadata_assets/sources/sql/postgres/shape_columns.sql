-- DuckDB: the rows of columns.sql, with what their types and comments add. What a
-- domain says of a column (base type, NOT NULL, default) does not hold of an array of that domain.
WITH labelled AS (
  SELECT type_oid AS oid, labels FROM types WHERE kind = 'enum'
  UNION ALL SELECT array_oid, labels FROM types WHERE kind = 'enum'
),
column_types AS (
  SELECT
    t.type_oid AS oid,
    CASE t.kind WHEN 'domain' THEN t.base_type END AS base_type,
    coalesce(t.labels, l.labels) AS labels,
    t.nullable,
    CASE t.kind WHEN 'domain' THEN t.default_expr END AS default_expr
  FROM types t
  LEFT JOIN labelled l ON l.oid = t.base_oid
),
all_types AS (
  SELECT * FROM column_types
  UNION ALL
  SELECT t.array_oid, c.base_type || '[]', c.labels, NULL, NULL
  FROM types t
  JOIN column_types c ON c.oid = t.type_oid
),
named_types AS (
  SELECT oid, base_type, from_json(labels, '["VARCHAR"]') AS allowed_values, nullable, default_expr
  FROM all_types
  WHERE oid <> 0
)
SELECT
  t.schema_name,
  t.table_name,
  c.ordinal,
  c.column_name,
  c.native_type,
  y.base_type,
  y.allowed_values,
  c.nullable AND coalesce(y.nullable, true) AS nullable,
  CASE WHEN c.generated IS NULL THEN coalesce(c.default_expr, y.default_expr) END AS default_expr,
  c.generated_expr,
  c.identity,
  c.collation,
  d.comment,
  nullif(
    '{' || concat_ws(
      ',', '"dimensions":' || c.dimensions, '"generated":"' || c.generated || '"'
    ) || '}',
    '{}'
  ) AS properties
FROM columns c
JOIN tables t ON t.relation = c.relation
LEFT JOIN named_types y ON y.oid = c.type_oid
LEFT JOIN comments d ON d.relation = c.relation AND d.ordinal = c.ordinal
