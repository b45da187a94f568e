-- Records of people's own that are new, back, or say something else now.
SELECT
  a.record_id,
  a.kind,
  a.question,
  a.content,
  a.content_hash,
  NULL::VARCHAR AS derived_hash,
  a.vanna_id,
  a.source_type,
  a.source_id,
  a.chunk,
  stamp.moment AS source_version,
  NULL::VARCHAR AS catalog_hash,
  'current' AS sync_status,
  NULL::VARCHAR AS status_reason,
  stamp.moment AS last_sync_attempt,
  stamp.snapshot_id,
  '{"object_type":' || json_text(a.object_type)
  || coalesce(',"tables":' || to_json(a.tables)::VARCHAR, '') || '}' AS metadata,
  CASE
    WHEN c.record_id IS NULL THEN 'new'
    WHEN c.sync_status = 'deleted' THEN 'resurrected'
    ELSE 'modified'
  END AS change
FROM added a
LEFT JOIN current c ON c.record_id = a.record_id
CROSS JOIN stamp
WHERE c.record_id IS NULL
  OR c.content_hash <> a.content_hash
  OR c.sync_status = 'deleted'
