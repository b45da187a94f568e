-- What differs between the records at two moments, with the words.
SELECT
  coalesce(b.record_id, a.record_id) AS record_id,
  coalesce(b.kind, a.kind) AS kind,
  coalesce(b.source_id, a.source_id) AS source_id,
  coalesce(b.chunk, a.chunk) AS chunk,
  CASE
    WHEN a.record_id IS NULL THEN 'new'
    WHEN b.record_id IS NULL THEN 'removed'
    WHEN a.sync_status <> b.sync_status THEN b.sync_status
    ELSE 'modified'
  END AS change,
  a.question AS question_before,
  b.question AS question_after,
  a.content AS content_before,
  b.content AS content_after
FROM earlier a
FULL JOIN later b ON a.record_id = b.record_id
WHERE (a.content_hash, a.sync_status) IS DISTINCT FROM (b.content_hash, b.sync_status)
ORDER BY 3, 2, 4, 1
