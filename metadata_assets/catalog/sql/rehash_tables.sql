-- The tables with the new hash of those that were changed.
SELECT t.* REPLACE (coalesce(h.content_hash, t.content_hash) AS content_hash)
FROM tables t
LEFT JOIN rehashed h USING (table_fqdn)
ORDER BY t.table_fqdn
