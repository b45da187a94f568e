-- Changed records, and those whose status changes, under the status they deserve.
SELECT
  r.* REPLACE (
    coalesce(d.status, r.sync_status) AS sync_status,
    CASE WHEN d.status IS NULL THEN r.status_reason ELSE d.reason END AS status_reason,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id
  ),
  CASE WHEN c.change = 'resurrected' THEN coalesce(d.change, c.change)
    ELSE coalesce(c.change, d.change) END AS change
FROM rows r
LEFT JOIN changes c USING (record_id)
LEFT JOIN due d USING (record_id)
CROSS JOIN stamp
