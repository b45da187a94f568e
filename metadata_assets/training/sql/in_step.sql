-- Objects whose catalog records all say what the catalog holds now: every record derived from that
-- is current, every other one deleted. A null hash says that something other than a whole sync had a
-- hand in the object; a deleted record with the present hash, that it was deleted in part. With a
-- time, only those of which every record was written since.
SELECT o.table_fqdn AS source_id
FROM objects o
JOIN current r ON r.source_id = o.table_fqdn AND r.source_type = 'catalog'
GROUP BY o.table_fqdn
HAVING count(*) = count(r.catalog_hash)
  AND bool_and(
    r.sync_status = CASE WHEN r.catalog_hash = o.catalog_hash THEN 'current' ELSE 'deleted' END
  )
  AND bool_or(r.sync_status = 'current')
  AND ($since IS NULL OR min(r.last_sync_attempt) >= $since::TIMESTAMPTZ)
ORDER BY source_id
