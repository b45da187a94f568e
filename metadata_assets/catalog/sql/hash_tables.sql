-- content_hash: sha256 of what training depends on. Never row counts, sizes or timestamps: loading
-- data is not a schema change.
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
LEFT JOIN columns_bodies c USING (table_fqdn)
LEFT JOIN constraints_bodies k USING (table_fqdn)
ORDER BY s.place
