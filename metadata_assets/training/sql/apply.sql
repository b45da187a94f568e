-- The records after some changes: the untouched rows as they were, the told ones written anew, the
-- retired ones kept under another status.
SELECT * FROM current ANTI JOIN changes USING (record_id)
UNION ALL BY NAME
SELECT
  d.record_id,
  d.kind,
  d.question,
  d.content,
  d.content_hash,
  d.vanna_id,
  'catalog' AS source_type,
  d.source_id,
  d.chunk,
  stamp.moment AS source_version,
  d.catalog_hash,
  'current' AS sync_status,
  NULL::VARCHAR AS status_reason,
  stamp.moment AS last_sync_attempt,
  stamp.snapshot_id,
  '{"business_domain":' || coalesce(json_text(d.business_domain), 'null')
  || ',"catalog_version":' || coalesce(json_text(stamp.catalog_version), 'null')
  || ',"extraction_query":' || json_text(d.extraction_query)
  || ',"object_type":' || coalesce(json_text(d.object_type), 'null') || '}' AS metadata
FROM derived d
SEMI JOIN (SELECT * FROM changes WHERE change NOT IN ('deleted', 'outdated')) c USING (record_id)
CROSS JOIN stamp
UNION ALL BY NAME
SELECT
  r.* REPLACE (
    c.change AS sync_status,
    c.reason AS status_reason,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id
  )
FROM current r
JOIN changes c ON c.record_id = r.record_id AND c.change IN ('deleted', 'outdated')
CROSS JOIN stamp
