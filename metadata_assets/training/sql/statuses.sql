-- Records under a status that their verdict does not give them.
SELECT
  r.record_id,
  r.kind,
  r.source_id,
  r.chunk,
  CASE WHEN v.reason IS NULL THEN 'resurrected' ELSE 'outdated' END AS change,
  CASE WHEN v.reason IS NULL THEN 'current' ELSE 'outdated' END AS status,
  v.reason,
  NULL::VARCHAR AS domain_before,
  NULL::VARCHAR AS domain_after
FROM rows r
JOIN verdicts v USING (record_id)
WHERE CASE WHEN v.reason IS NULL THEN r.sync_status = 'outdated'
    ELSE (r.sync_status, r.status_reason) IS DISTINCT FROM ('outdated', v.reason) END
ORDER BY r.source_id, r.kind, r.chunk, r.record_id
