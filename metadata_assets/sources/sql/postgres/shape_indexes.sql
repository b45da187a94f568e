-- DuckDB: the rows of indexes.sql, their columns by name.
WITH parts AS (
  SELECT
    relation,
    index_name,
    unnest(from_json(ordinals, '["INTEGER"]')) AS ordinal,
    generate_subscripts(from_json(ordinals, '["INTEGER"]'), 1) AS position
  FROM indexes
),
named AS (
  SELECT p.relation, p.index_name, list(c.column_name ORDER BY p.position) AS columns
  FROM parts p
  JOIN columns c ON c.relation = p.relation AND c.ordinal = p.ordinal
  GROUP BY ALL
)
SELECT
  t.schema_name,
  t.table_name,
  i.index_name,
  coalesce(from_json(i.parts, '["VARCHAR"]'), n.columns) AS columns,
  i.is_unique,
  i.method,
  i.predicate
FROM indexes i
JOIN tables t ON t.relation = i.relation
LEFT JOIN named n ON n.relation = i.relation AND n.index_name = i.index_name
