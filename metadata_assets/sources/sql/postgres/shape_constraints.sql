-- DuckDB: the rows of constraints.sql, their columns by name.
WITH numbered AS (
  SELECT
    row_number() OVER () AS id,
    * REPLACE (
      translate(ordinals, '{}', '[]')::INTEGER[] AS ordinals,
      translate(ref_ordinals, '{}', '[]')::INTEGER[] AS ref_ordinals
    )
  FROM constraints
),
parts AS (
  SELECT
    id,
    relation,
    ref_relation,
    unnest(ordinals) AS ordinal,
    unnest(ref_ordinals) AS ref_ordinal,
    generate_subscripts(ordinals, 1) AS position
  FROM numbered
),
named AS (
  SELECT
    p.id,
    list(c.column_name ORDER BY p.position) AS columns,
    list(r.column_name ORDER BY p.position) FILTER (r.column_name IS NOT NULL) AS ref_columns
  FROM parts p
  LEFT JOIN columns c ON c.relation = p.relation AND c.ordinal = p.ordinal
  LEFT JOIN columns r ON r.relation = p.ref_relation AND r.ordinal = p.ref_ordinal
  GROUP BY p.id
)
SELECT
  t.schema_name,
  t.table_name,
  k.constraint_name,
  k.constraint_type,
  n.columns,
  r.schema_name AS ref_schema_name,
  r.table_name AS ref_table_name,
  coalesce(from_json(k.ref_columns, '["VARCHAR"]'), n.ref_columns) AS referenced_columns,
  k.on_delete,
  k.on_update,
  k.expression
FROM numbered k
JOIN tables t ON t.relation = k.relation
LEFT JOIN named n ON n.id = k.id
LEFT JOIN tables r ON r.relation = k.ref_relation
