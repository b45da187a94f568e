-- What a push has to do: one row an entry that is not in step. Records that say the same are one
-- entry. `settle`: wanted, and a push that did not end had begun to add or remove it.
WITH wanted AS (
  SELECT content_hash, min(kind) AS kind, min(record_id) AS record_id
  FROM records WHERE sync_status = 'current' GROUP BY content_hash
),
held AS (FROM state SEMI JOIN asked USING (sink))
SELECT
  content_hash,
  coalesce(wanted.kind, held.kind) AS kind,
  coalesce(wanted.record_id, held.record_id) AS record_id,
  held.external_id,
  CASE
    WHEN wanted.content_hash IS NULL THEN 'remove'
    WHEN held.content_hash IS NULL THEN 'train'
    ELSE 'settle'
  END AS step
FROM wanted FULL JOIN held USING (content_hash)
WHERE CASE
  -- Found in the sink, and no record was made of it yet: not ours to take out.
  WHEN wanted.content_hash IS NULL AND held.status = 'adopted'
  THEN content_hash IN (SELECT content_hash FROM records)
  ELSE wanted.content_hash IS NULL OR held.status IS DISTINCT FROM 'pushed'
END
ORDER BY step DESC, record_id, content_hash
