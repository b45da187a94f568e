SELECT
  r.* REPLACE (
    'deleted' AS sync_status,
    reason.inactive AS status_reason,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id
  ),
  'deleted' AS change
FROM current r, stamp, reason
WHERE r.sync_status <> 'deleted'
