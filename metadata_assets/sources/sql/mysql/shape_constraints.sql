-- DuckDB: keys and checks. A unique index over whole columns is a unique constraint; a primary key may
-- be over the beginnings of some.
WITH keys AS (
  SELECT
    schema_name,
    table_name,
    index_name,
    any_value(method) AS method,
    bool_and(non_unique = '0') AS is_unique,
    bool_and(prefix IS NULL AND column_name IS NOT NULL) AS has_whole_columns,
    list(coalesce(column_name, expression) ORDER BY position::INTEGER) AS columns,
    nullif(
      json_merge_patch('{}', to_json({
        'parts': CASE
          WHEN bool_or(prefix IS NOT NULL OR direction = 'D')
          THEN list(
            concat_ws(' ', '(' || prefix || ')', CASE direction WHEN 'D' THEN 'DESC' END)
            ORDER BY position::INTEGER
          )
        END,
        'visibility': any_value(visibility)
      }))::VARCHAR,
      '{}'
    ) AS properties
  FROM index_parts
  GROUP BY schema_name, table_name, index_name
),
referencing AS (
  SELECT
    schema_name,
    table_name,
    constraint_name,
    list(column_name ORDER BY position::INTEGER) AS columns,
    any_value(ref_schema_name) AS ref_schema_name,
    any_value(ref_table_name) AS ref_table_name,
    list(ref_column_name ORDER BY position::INTEGER) AS referenced_columns
  FROM key_columns
  GROUP BY schema_name, table_name, constraint_name
)
SELECT
  schema_name,
  table_name,
  index_name AS constraint_name,
  CASE index_name WHEN 'PRIMARY' THEN 'primary_key' ELSE 'unique' END AS constraint_type,
  columns,
  NULL AS ref_schema_name,
  NULL AS ref_table_name,
  NULL::VARCHAR[] AS referenced_columns,
  NULL AS on_delete,
  NULL AS on_update,
  NULL AS expression,
  properties
FROM keys
WHERE index_name = 'PRIMARY' OR (is_unique AND has_whole_columns)
UNION ALL
SELECT
  r.schema_name,
  r.table_name,
  r.constraint_name,
  'foreign_key',
  r.columns,
  r.ref_schema_name,
  r.ref_table_name,
  r.referenced_columns,
  nullif(rules.on_delete, 'NO ACTION'),
  nullif(rules.on_update, 'NO ACTION'),
  NULL,
  NULL
FROM referencing r
LEFT JOIN reference_rules rules USING (schema_name, table_name, constraint_name)
UNION ALL
SELECT
  schema_name,
  table_name,
  constraint_name,
  'check',
  CASE level WHEN 'Column' THEN [constraint_name] END,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  expression,
  CASE is_enforced WHEN 'NO' THEN '{"validity":"NOT ENFORCED"}' END
FROM checks
