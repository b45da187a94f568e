-- content_hash: sha256 of what training depends on. Never row counts, sizes or timestamps: loading
-- data is not a schema change. Every value goes through field(), so nothing collides by adjacency.
WITH column_text AS (
  SELECT
    table_fqdn,
    string_agg(
      field(column_name) || field(native_type) || field(base_type) || field(allowed_values)
      || field(nullable) || field(default_expr) || field(generated_expr) || field(identity)
      || field(comment) || field(pii),
      '' ORDER BY ordinal
    ) AS body
  FROM columns
  GROUP BY table_fqdn
),
key_text AS (
  SELECT
    table_fqdn,
    string_agg(
      field(constraint_type) || field(columns) || field(referenced_table)
      || field(referenced_columns) || field(expression),
      '' ORDER BY constraint_type, columns, referenced_table, referenced_columns, expression
    ) AS body
  FROM constraints
  GROUP BY table_fqdn
)
SELECT
  s.* REPLACE (
    sha256(
      field(s.object_type) || field(s.comment) || field(s.definition) || field(s.business_domain)
      || field(s.owner) || field(s.grain_description) || field(s.status)
      || field(c.body) || field(k.body)
    ) AS content_hash
  )
FROM selected s
LEFT JOIN column_text c USING (table_fqdn)
LEFT JOIN key_text k USING (table_fqdn)
ORDER BY s.table_fqdn
