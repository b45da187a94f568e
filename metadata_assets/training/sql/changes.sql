-- What changed, told without the contents.
SELECT
  a.record_id,
  a.kind,
  a.source_id,
  a.chunk,
  a.change,
  a.status_reason AS reason,
  b.content_hash AS hash_before,
  a.content_hash AS hash_after
FROM changed a
LEFT JOIN (SELECT DISTINCT ON (record_id) record_id, content_hash FROM current) b
  ON b.record_id = a.record_id
ORDER BY a.source_id, a.kind, a.chunk, a.record_id
