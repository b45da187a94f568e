-- DuckDB: the rows of indexes.sql, with the names of their columns. Only those up to `length` are
-- indexed; where an expression stands, no column has the number.
SELECT
  t.schema_name,
  t.table_name,
  i.index_name,
  CASE
    WHEN i.expressions IS NULL THEN i.column_names[:i.length]
    ELSE list_transform(
      list_zip(i.column_names[:i.length], from_json(i.expressions, '["VARCHAR"]')),
      lambda part: coalesce(part[1], part[2])
    )
  END AS columns,
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
