-- The tables with the new hash of those that something is said of.
SELECT t.* REPLACE (coalesce(h.content_hash, t.content_hash) AS content_hash)
FROM annotated_tables t
LEFT JOIN hashed h USING (table_fqdn)
ORDER BY t.table_fqdn
