-- One line of schema.json a table: `"schema.table": {"columns": {…}, "metadata": {…}}`.
WITH column_lines AS (
  SELECT
    s.table_fqdn,
    string_agg(
      to_json(s.column_name) || ': '
      || json_object(
        'type', s.native_type, 'nullable', c.nullable, 'sqlglot_type', s.sqlglot_type,
        -- A default of personal data is some of it.
        'default', CASE WHEN NOT coalesce(c.pii, false) THEN c.default_expr END,
        'comment', c.comment
      ),
      ', ' ORDER BY s.ordinal
    ) AS body,
    count(*) AS column_count
  FROM schema_columns s
  JOIN columns c USING (table_fqdn, ordinal)
  GROUP BY s.table_fqdn
),
primary_keys AS (
  SELECT table_fqdn, any_value(columns) AS columns
  FROM constraints
  WHERE constraint_type = 'primary_key'
  GROUP BY table_fqdn
)
SELECT
  to_json(t.table_fqdn) || ': {"columns": {' || coalesce(l.body, '') || '}, "metadata": '
  || json_object(
    'table_name', t.table_name, 'schema', t.schema_name, 'object_type', t.object_type,
    'comment', t.comment, 'column_count', coalesce(l.column_count, 0),
    'primary_key', coalesce(k.columns, [])
  ) || '}' AS line
FROM tables t
LEFT JOIN column_lines l USING (table_fqdn)
LEFT JOIN primary_keys k USING (table_fqdn)
ORDER BY t.table_fqdn
