-- Without its catalog_hash a record is compared by the next sync, whatever it was.
SELECT
  r.* REPLACE (
    'current' AS sync_status,
    NULL::VARCHAR AS status_reason,
    NULL::VARCHAR AS catalog_hash,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id
  ),
  'resurrected' AS change
FROM current r, stamp, reason
WHERE r.sync_status = 'deleted' AND r.status_reason = reason.inactive
