-- DuckDB: the rows of indexes.sql, with the names of their columns. Only those up to `length` are
-- indexed; where an expression stands, no column has the number.
WITH told AS (
  SELECT
    *,
    coalesce(
      nullif(json(properties)::VARCHAR, '{}'),
      CASE WHEN options IS NOT NULL THEN to_json({
        'parts': list_transform(string_split(options, ' '), lambda option: CASE option
          WHEN '1' THEN 'DESC NULLS LAST' WHEN '2' THEN 'NULLS FIRST' WHEN '3' THEN 'DESC' ELSE ''
        END)
      })::VARCHAR END
    ) AS said
  FROM indexes
)
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
  CASE
    WHEN d.comment IS NULL THEN i.said
    ELSE json_merge_patch(json_object('comment', d.comment), coalesce(i.said, '{}'))::VARCHAR
  END AS properties
FROM told i
JOIN tables t ON t.relation = i.relation
LEFT JOIN structure_comments d USING (index_oid)
