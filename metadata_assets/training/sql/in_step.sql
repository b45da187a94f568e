-- Objects all of whose catalog records were derived from what the catalog holds now. A null hash,
-- even of a deleted record, says that someone else than a whole sync had a hand in the object.
SELECT o.table_fqdn AS source_id
FROM objects o
JOIN (
  SELECT
    source_id,
    any_value(catalog_hash) FILTER (WHERE sync_status <> 'deleted') AS catalog_hash,
    count(DISTINCT catalog_hash) FILTER (WHERE sync_status <> 'deleted') = 1
      AND count(*) = count(catalog_hash)
      AND bool_and(sync_status IN ('current', 'deleted')) AS is_whole
  FROM current
  WHERE source_type = 'catalog'
  GROUP BY source_id
) s ON s.source_id = o.table_fqdn AND s.catalog_hash = o.catalog_hash AND s.is_whole
ORDER BY source_id
