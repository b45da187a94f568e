-- Tables that differ, and those of one side only. What the later side does not show because
-- it could not be read is unknown, not gone: an unreadable object is a table, or a whole schema.
WITH hidden AS (
  SELECT b.table_fqdn FROM before_tables b JOIN unreadable u ON u.object_name = b.table_fqdn
  UNION
  SELECT b.table_fqdn
  FROM before_tables b JOIN unreadable u ON u.object_name = fqdn_part(b.schema_name)
)
SELECT
  coalesce(b.table_fqdn, a.table_fqdn) AS table_fqdn,
  b.table_fqdn IS NOT NULL AS was_there,
  a.table_fqdn IS NOT NULL AS is_there,
  b AS before,
  a AS after
FROM before_tables b
FULL JOIN after_tables a ON a.table_fqdn = b.table_fqdn
WHERE (
    (b.object_type, b.comment, b.owner, b.definition, b.business_domain, b.grain_description,
      b.status, b.properties)
    IS DISTINCT FROM
    (a.object_type, a.comment, a.owner, a.definition, a.business_domain, a.grain_description,
      a.status, a.properties)
    OR a.table_fqdn IS NULL OR b.table_fqdn IS NULL
  )
  AND (a.table_fqdn IS NOT NULL OR b.table_fqdn NOT IN (FROM hidden))
ORDER BY table_fqdn
