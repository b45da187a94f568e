-- User-defined types that differ, and those of one side only.
SELECT
  coalesce(b.type_fqdn, a.type_fqdn) AS type_fqdn,
  b.type_fqdn IS NOT NULL AS was_there,
  a.type_fqdn IS NOT NULL AS is_there,
  b AS before,
  a AS after
FROM before_types b
FULL JOIN after_types a ON a.type_fqdn = b.type_fqdn
WHERE b IS DISTINCT FROM a
ORDER BY type_fqdn
