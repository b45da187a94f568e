-- What is taught, and for each object the hash of all its records are derived from: what the catalog
-- holds of it, who references it, what its columns hold, and the rules themselves. A partition is a part of its table, not
-- an object to query; an obsolete object is not in use.
WITH taught AS (
  SELECT table_fqdn, content_hash
  FROM tables
  WHERE object_type IS DISTINCT FROM 'partition' AND lower(status) IS DISTINCT FROM 'obsolete'
),
incoming AS (
  SELECT
    k.referenced_table AS table_fqdn,
    string_agg(
      field(k.table_fqdn) || field(k.columns) || field(k.referenced_columns),
      '' ORDER BY k.table_fqdn, k.columns, k.referenced_columns
    ) AS body
  FROM constraints k
  SEMI JOIN taught USING (table_fqdn)
  WHERE k.constraint_type = 'foreign_key'
  GROUP BY k.referenced_table
),
values_seen AS (
  SELECT
    table_fqdn,
    string_agg(field(column_name) || field(seen_values), '' ORDER BY column_name) AS body
  FROM seen
  GROUP BY table_fqdn
)
SELECT
  t.table_fqdn,
  sha256(field(t.content_hash) || field(i.body) || field(v.body) || field(rules.digest)) AS catalog_hash
FROM taught t
CROSS JOIN rules
LEFT JOIN incoming i ON i.table_fqdn = t.table_fqdn
LEFT JOIN values_seen v ON v.table_fqdn = t.table_fqdn
ORDER BY t.table_fqdn
