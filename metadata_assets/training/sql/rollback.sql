-- The catalog records that are not what they were at an earlier version. What has come since is
-- marked deleted; what was made manual or edited by hand since stays with the hand.
WITH mine AS (
  SELECT record_id
  FROM current
  WHERE source_type <> 'catalog'
    OR content_hash_of(kind, question, content) IS DISTINCT FROM derived_hash
),
before AS (
  SELECT * FROM earlier ANTI JOIN mine USING (record_id) WHERE source_type = 'catalog'
),
restored AS (
  SELECT b.*
  FROM before b
  LEFT JOIN current c USING (record_id)
  WHERE (b.content_hash, b.derived_hash, b.catalog_hash, b.sync_status, b.status_reason, b.metadata)
    IS DISTINCT FROM
    (c.content_hash, c.derived_hash, c.catalog_hash, c.sync_status, c.status_reason, c.metadata)
),
newer AS (
  SELECT * REPLACE ('deleted' AS sync_status, 'not there yet at the snapshot' AS status_reason)
  FROM current
  ANTI JOIN mine USING (record_id)
  ANTI JOIN earlier USING (record_id)
  WHERE source_type = 'catalog' AND sync_status <> 'deleted'
)
SELECT r.* REPLACE (stamp.moment AS last_sync_attempt, stamp.snapshot_id AS snapshot_id)
FROM (
  SELECT *, 'restored' AS change FROM restored
  UNION ALL BY NAME
  SELECT *, 'deleted' AS change FROM newer
) r
CROSS JOIN stamp
