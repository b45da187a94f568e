-- Each table and column with the number of golden queries that use it. Partitions are no tables of
-- their own.
WITH places AS (
  SELECT table_fqdn, NULL AS column_name, business_domain, 0 AS ordinal
  FROM tables WHERE coalesce(object_type, 'table') <> 'partition'
  UNION ALL
  SELECT c.table_fqdn, c.column_name, t.business_domain, c.ordinal
  FROM columns c JOIN tables t USING (table_fqdn)
  WHERE coalesce(t.object_type, 'table') <> 'partition'
)
SELECT p.table_fqdn, p.column_name, p.business_domain, count(DISTINCT u.query_id) AS queries
FROM places p
LEFT JOIN used u
  ON u.table_fqdn = p.table_fqdn AND u.column_name IS NOT DISTINCT FROM p.column_name
GROUP BY p.table_fqdn, p.column_name, p.business_domain, p.ordinal
ORDER BY p.table_fqdn, p.ordinal
