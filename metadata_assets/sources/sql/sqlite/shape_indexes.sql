-- Run in DuckDB: the indexes that serve no key, expressions by their text.
SELECT
  'main' AS schema_name,
  i.table_name,
  i.index_name,
  list(coalesce(i.column_name, t.part) ORDER BY i.position) AS columns,
  any_value(i.is_unique) AS is_unique,
  any_value(t.predicate) AS predicate
FROM index_columns i
LEFT JOIN index_texts t ON t.index_name = i.index_name AND t.position::INTEGER = i.position
WHERE i.origin = 'c'
GROUP BY i.table_name, i.index_name
