-- DuckDB: the rows of constraints.sql, their columns by name.
WITH numbered AS (
  SELECT row_number() OVER () AS id, * FROM constraints
),
parts AS (
  SELECT
    id,
    relation,
    ref_relation,
    unnest(string_split(ordinals[2:-2], ','))::INTEGER AS ordinal,
    unnest(string_split(ref_ordinals[2:-2], ','))::INTEGER AS ref_ordinal,
    generate_subscripts(string_split(ordinals[2:-2], ','), 1) AS position
  FROM numbered
),
named AS (
  SELECT
    p.id,
    list({'position': p.position, 'name': c.column_name, 'ref_name': r.column_name}) AS parts
  FROM parts p
  JOIN columns c ON c.relation = p.relation AND c.ordinal = p.ordinal
  LEFT JOIN columns r ON r.relation = p.ref_relation AND r.ordinal = p.ref_ordinal
  GROUP BY p.id
)
SELECT
  t.schema_name,
  t.table_name,
  k.constraint_name,
  k.constraint_type,
  list_transform(list_sort(n.parts), lambda part: part.name) AS columns,
  r.schema_name AS ref_schema_name,
  r.table_name AS ref_table_name,
  CASE
    WHEN k.ref_columns IS NOT NULL THEN from_json(k.ref_columns, '["VARCHAR"]')
    WHEN k.ref_ordinals IS NOT NULL
    THEN list_transform(list_sort(n.parts), lambda part: part.ref_name)
  END AS referenced_columns,
  k.on_delete,
  k.on_update,
  k.expression,
  nullif(json(k.properties)::VARCHAR, '{}') AS properties
FROM numbered k
JOIN tables t ON t.relation = k.relation
LEFT JOIN named n ON n.id = k.id
LEFT JOIN tables r ON r.relation = k.ref_relation
