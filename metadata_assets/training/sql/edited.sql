SELECT record_id, kind, source_id, chunk, sync_status, status_reason
FROM current
WHERE follows(source_type, source_id, derived_hash)
  AND sync_status <> 'deleted'
  AND content_hash_of(kind, question, content) IS DISTINCT FROM derived_hash
ORDER BY source_id, kind, chunk, record_id
