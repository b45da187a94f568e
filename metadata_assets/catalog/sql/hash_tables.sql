-- content_hash: sha256 of what training depends on. Never row counts, sizes or timestamps: loading
-- data is not a schema change.
WITH key_text AS (
  SELECT table_fqdn, string_agg(key, '' ORDER BY key) AS body
  FROM (
    SELECT
      table_fqdn,
      to_json([
        constraint_type, to_json(columns)::VARCHAR, referenced_table,
        to_json(referenced_columns)::VARCHAR, expression
      ])::VARCHAR AS key
    FROM selected_constraints
  )
  GROUP BY table_fqdn
)
SELECT
  s.* REPLACE (
    sha256(
      to_json([
        s.object_type, s.comment, s.definition, s.business_domain, s.owner, s.grain_description,
        s.status, c.body, k.body
      ])::VARCHAR
    ) AS content_hash
  )
FROM selected s
LEFT JOIN selected_bodies c USING (table_fqdn)
LEFT JOIN key_text k USING (table_fqdn)
ORDER BY s.place
