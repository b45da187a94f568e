-- Every catalog record, stored or derived, and what happened to it. Compared by identity and hash;
-- what the source would not show is no deletion. A record of another origin under a derived id
-- stands: it is someone's edit.
WITH stored AS (
  SELECT record_id, kind, source_id, chunk, content_hash, catalog_hash, sync_status, status_reason,
    source_type
  FROM current
),
derived_now AS (
  SELECT record_id, kind, source_id, chunk, content_hash, catalog_hash
  FROM derived
  ANTI JOIN (SELECT record_id FROM stored WHERE source_type <> 'catalog') USING (record_id)
),
known AS (SELECT DISTINCT source_id FROM derived),
hidden AS (SELECT object_name AS source_id, any_value(reason) AS reason FROM unreadable GROUP BY 1)
SELECT
  coalesce(d.record_id, s.record_id) AS record_id,
  coalesce(d.kind, s.kind) AS kind,
  coalesce(d.source_id, s.source_id) AS source_id,
  coalesce(d.chunk, s.chunk) AS chunk,
  CASE
    WHEN s.record_id IS NULL THEN 'new'
    WHEN d.record_id IS NULL AND s.sync_status = 'deleted' THEN 'gone'
    WHEN d.record_id IS NULL AND h.source_id IS NULL THEN 'deleted'
    WHEN d.record_id IS NULL AND s.status_reason IS NOT DISTINCT FROM 'not readable: ' || h.reason
      THEN 'unchanged'
    WHEN d.record_id IS NULL THEN 'outdated'
    WHEN s.sync_status <> 'current' THEN 'resurrected'
    WHEN s.content_hash <> d.content_hash THEN 'modified'
    WHEN s.catalog_hash IS DISTINCT FROM d.catalog_hash THEN 'relabelled'
    ELSE 'unchanged'
  END AS change,
  CASE
    WHEN d.record_id IS NOT NULL THEN NULL
    WHEN h.source_id IS NOT NULL THEN 'not readable: ' || h.reason
    WHEN k.source_id IS NOT NULL THEN 'the object is no longer told in this part'
    ELSE 'the object is gone from the catalog'
  END AS reason,
  s.content_hash AS hash_before,
  d.content_hash AS hash_after
FROM derived_now d
FULL JOIN (SELECT * FROM stored WHERE source_type = 'catalog') s ON s.record_id = d.record_id
LEFT JOIN known k ON k.source_id = s.source_id
LEFT JOIN hidden h ON h.source_id = s.source_id
ORDER BY source_id, kind, chunk, record_id
