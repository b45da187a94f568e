-- The named records with other words. derived_hash keeps what the catalog said.
SELECT
  r.* REPLACE (
    e.content AS content,
    e.question AS question,
    content_hash_of(r.kind, e.question, e.content) AS content_hash,
    vanna_id_of(r.kind, e.question, e.content) AS vanna_id,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id
  ),
  'modified' AS change
FROM current r
JOIN edits e USING (record_id)
CROSS JOIN stamp
WHERE content_hash_of(r.kind, e.question, e.content) <> r.content_hash
