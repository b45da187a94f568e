-- Run in DuckDB: the indexes that serve no key; expressions by their text, which tells their order too.
WITH parts AS (
  SELECT
    *,
    CASE WHEN column_name IS NOT NULL THEN concat_ws(
      ' ',
      CASE WHEN upper(collation_name) <> 'BINARY' THEN 'COLLATE ' || collation_name END,
      CASE WHEN is_descending = 1 THEN 'DESC' END
    ) ELSE '' END AS said
  FROM index_columns
  WHERE origin = 'c'
)
SELECT
  'main' AS schema_name,
  i.table_name,
  i.index_name,
  list(coalesce(i.column_name, t.part) ORDER BY i.position) AS columns,
  any_value(i.is_unique) AS is_unique,
  any_value(t.predicate) AS predicate,
  CASE WHEN bool_or(i.said <> '')
    THEN to_json({'parts': list(i.said ORDER BY i.position)})::VARCHAR END AS properties
FROM parts i
LEFT JOIN index_texts t ON t.index_name = i.index_name AND t.position::INTEGER = i.position
GROUP BY i.table_name, i.index_name
