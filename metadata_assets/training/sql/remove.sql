-- The named records of people's own as deleted ones.
SELECT
  r.* REPLACE (
    'deleted' AS sync_status,
    'removed by hand' AS status_reason,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id
  ),
  'deleted' AS change
FROM current r
SEMI JOIN named USING (record_id)
CROSS JOIN stamp
WHERE NOT follows(r.source_type, r.source_id, r.derived_hash) AND r.sync_status <> 'deleted'
