-- DuckDB: the rows of indexes.sql, their columns by name.
WITH parts AS (
  SELECT
    relation,
    index_name,
    unnest(string_split(ordinals, ' ')[:length])::INTEGER AS ordinal,
    unnest(from_json(expressions, '["VARCHAR"]')) AS expression,
    generate_subscripts(string_split(ordinals, ' ')[:length], 1) AS position
  FROM indexes
),
named AS (
  SELECT
    p.relation,
    p.index_name,
    list({'position': p.position, 'name': coalesce(p.expression, c.column_name)}) AS parts
  FROM parts p
  LEFT JOIN columns c ON c.relation = p.relation AND c.ordinal = p.ordinal
  GROUP BY p.relation, p.index_name
)
SELECT
  t.schema_name,
  t.table_name,
  i.index_name,
  list_transform(list_sort(n.parts), lambda part: part.name) AS columns,
  i.is_unique,
  i.method,
  i.predicate,
  coalesce(
    nullif(json(i.properties)::VARCHAR, '{}'),
    CASE WHEN i.options IS NOT NULL THEN to_json({
      'parts': list_transform(string_split(i.options, ' '), lambda option: CASE option
        WHEN '1' THEN 'DESC NULLS LAST' WHEN '2' THEN 'NULLS FIRST' WHEN '3' THEN 'DESC' ELSE ''
      END)
    })::VARCHAR END
  ) AS properties
FROM indexes i
JOIN tables t ON t.relation = i.relation
JOIN named n ON n.relation = i.relation AND n.index_name = i.index_name
