-- The changed records: those that say what the catalog says, written anew; the others, what they
-- say untouched, under another status.
SELECT
  d.record_id,
  d.kind,
  d.question,
  d.content,
  d.content_hash,
  d.content_hash AS derived_hash,
  d.vanna_id,
  d.source_type,
  d.source_id,
  d.chunk,
  stamp.moment AS source_version,
  -- Null keeps an object that was synced in part from passing for one in step.
  CASE WHEN d.source_id NOT IN (SELECT p.source_id FROM pending p ANTI JOIN changes USING (record_id)) THEN d.catalog_hash END
    AS catalog_hash,
  c.status AS sync_status,
  c.reason AS status_reason,
  stamp.moment AS last_sync_attempt,
  stamp.snapshot_id,
  '{"business_domain":' || coalesce(json_text(d.business_domain), 'null')
  || ',"catalog_version":' || coalesce(json_text(stamp.catalog_version), 'null')
  || ',"extraction_query":' || json_text(d.extraction_query)
  || ',"object_type":' || coalesce(json_text(d.object_type), 'null')
  || coalesce(',"tables":' || to_json(d.tables)::VARCHAR, '') || '}' AS metadata,
  c.change
FROM derived d
JOIN changes c ON c.record_id = d.record_id AND c.is_told
CROSS JOIN stamp
UNION ALL BY NAME
SELECT
  r.* REPLACE (
    content_hash_of(r.kind, r.question, r.content) AS content_hash,
    vanna_id_of(r.kind, r.question, r.content) AS vanna_id,
    c.status AS sync_status,
    c.reason AS status_reason,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id
  ),
  c.change
FROM current r
JOIN changes c ON c.record_id = r.record_id AND NOT c.is_told
CROSS JOIN stamp
