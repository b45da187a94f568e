-- DuckDB: the rows of constraints.sql, with the names of their columns. An exclusion may have an
-- expression, whose number no column has.
SELECT
  t.schema_name,
  t.table_name,
  k.constraint_name,
  k.constraint_type,
  nullif(list_filter(k.column_names, lambda name: name IS NOT NULL), []) AS columns,
  r.schema_name AS ref_schema_name,
  r.table_name AS ref_table_name,
  coalesce(from_json(k.ref_columns, '["VARCHAR"]'), k.ref_column_names) AS referenced_columns,
  k.on_delete,
  k.on_update,
  k.expression,
  CASE
    WHEN d.comment IS NULL THEN nullif(json(k.properties)::VARCHAR, '{}')
    ELSE json_merge_patch(json_object('comment', d.comment), coalesce(k.properties, '{}'))::VARCHAR
  END AS properties
FROM constraints k
JOIN tables t ON t.relation = k.relation
LEFT JOIN tables r ON r.relation = k.ref_relation
LEFT JOIN structure_comments d USING (constraint_oid)
