-- Run in DuckDB. Names are compared as SQLite does, without regard to ASCII case.
WITH primary_keys AS (
  SELECT
    table_name,
    list(column_name ORDER BY key_position) AS columns,
    ascii_lower(table_name) AS lowered
  FROM columns
  WHERE key_position > 0
  GROUP BY table_name
),
references_ AS (
  SELECT
    f.table_name,
    f.id,
    list(f.column_name ORDER BY f.position) AS columns,
    any_value(coalesce(p.table_name, f.parent)) AS parent,
    -- A key that names no columns of its parent means the primary key.
    CASE WHEN count(f.parent_column) > 0
      THEN list(coalesce(pc.column_name, f.parent_column) ORDER BY f.position)
      ELSE any_value(k.columns)
    END AS parent_columns,
    any_value(nullif(f.on_delete, 'NO ACTION')) AS on_delete,
    any_value(nullif(f.on_update, 'NO ACTION')) AS on_update
  FROM foreign_keys f
  LEFT JOIN tables p ON ascii_lower(p.table_name) = ascii_lower(f.parent)
  LEFT JOIN primary_keys k ON k.lowered = ascii_lower(f.parent)
  LEFT JOIN columns pc
    ON pc.table_name = p.table_name AND ascii_lower(pc.column_name) = ascii_lower(f.parent_column)
  GROUP BY f.table_name, f.id
)
SELECT
  'main' AS schema_name,
  table_name,
  NULL AS constraint_name,
  'primary_key' AS constraint_type,
  columns,
  NULL AS ref_schema_name,
  NULL AS ref_table_name,
  NULL::VARCHAR[] AS referenced_columns,
  NULL AS on_delete,
  NULL AS on_update,
  NULL AS expression,
  NULL AS properties
FROM primary_keys
UNION ALL
SELECT 'main', table_name, NULL, 'unique', list(column_name ORDER BY position),
  NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM index_columns
WHERE origin = 'u'
GROUP BY table_name, index_name
UNION ALL
SELECT 'main', table_name, NULL, 'foreign_key', columns, 'main', parent,
  CASE WHEN len(parent_columns) = len(columns) THEN parent_columns END,
  on_delete, on_update, NULL,
  nullif(
    '{' || concat_ws(',', '"deferrable":' || to_json(t.deferrable), '"match":' || to_json(t.match))
      || '}',
    '{}'
  )
FROM references_
LEFT JOIN (SELECT * REPLACE (id::INTEGER AS id) FROM key_texts) t USING (table_name, id)
UNION ALL
SELECT 'main', table_name, constraint_name, 'check', from_json(columns, '["VARCHAR"]'),
  NULL, NULL, NULL, NULL, NULL, expression, NULL
FROM checks
