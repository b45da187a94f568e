-- Of several live records of one part of one object, or with the same words, the newest stays
-- and the others are marked deleted. Newest by time; only where times are equal too do origin and
-- id decide. Rows that share an id are one record: all but the newest vanish.
WITH rows AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY record_id ORDER BY last_sync_attempt DESC NULLS LAST,
      source_version DESC NULLS LAST) AS copy,
    count(*) OVER (PARTITION BY record_id) AS copies
  FROM current
),
ranked AS (
  SELECT
    record_id,
    source_type,
    kind,
    source_id,
    chunk,
    content_hash,
    row_number() OVER (
      ORDER BY last_sync_attempt DESC NULLS LAST, source_version DESC NULLS LAST,
        source_type <> 'catalog', record_id
    ) AS age
  FROM rows
  WHERE copy = 1 AND sync_status <> 'deleted'
),
newest AS (
  SELECT
    record_id,
    first_value(record_id) OVER (PARTITION BY source_type, kind, source_id, chunk ORDER BY age)
      AS of_part,
    source_type = 'catalog' AS has_parts,
    first_value(record_id) OVER (PARTITION BY kind, content_hash ORDER BY age) AS of_words
  FROM ranked
),
verdicts AS (
  SELECT
    record_id,
    CASE WHEN has_parts AND of_part <> record_id THEN of_part
      WHEN of_words <> record_id THEN of_words END AS kept
  FROM newest
)
SELECT
  r.* EXCLUDE (copy, copies) REPLACE (
    CASE WHEN v.kept IS NULL THEN r.sync_status ELSE 'deleted' END AS sync_status,
    CASE WHEN v.kept IS NULL THEN r.status_reason ELSE 'a duplicate of ' || v.kept END
      AS status_reason,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id,
    NULL::VARCHAR AS catalog_hash
  ),
  CASE WHEN v.kept IS NULL THEN 'modified' ELSE 'deleted' END AS change
FROM rows r
LEFT JOIN verdicts v USING (record_id)
CROSS JOIN stamp
WHERE r.copy = 1 AND (r.copies > 1 OR v.kept IS NOT NULL)
