-- Every difference between the current records of a source and what its sink holds.
WITH wanted AS (FROM records WHERE sync_status = 'current'),
mine AS (FROM state SEMI JOIN asked USING (sink)),
-- One row an entry: a text that may be ddl or documentation is there as both.
placed AS (
  SELECT
    external_id,
    any_value(content_hash) FILTER (content_hash IN (SELECT content_hash FROM wanted)) AS wanted_hash,
    any_value(kind) AS kind
  FROM entries GROUP BY external_id
),
first_record AS (
  SELECT DISTINCT ON (content_hash) * FROM wanted ORDER BY content_hash, record_id
),
missing AS (
  SELECT record_id, kind, source_id, chunk, 'missing' AS change,
    'the sink does not hold it' AS reason
  FROM wanted WHERE content_hash NOT IN (SELECT wanted_hash FROM placed WHERE wanted_hash IS NOT NULL)
),
surplus AS (
  SELECT record_id, first_record.kind, source_id, chunk, 'duplicate' AS change,
    'the sink holds it ' || copies || ' times' AS reason
  FROM first_record
  JOIN (SELECT wanted_hash, count(*) AS copies FROM placed GROUP BY wanted_hash HAVING count(*) > 1)
    ON wanted_hash = content_hash
),
unwanted AS (
  SELECT placed.external_id, placed.kind, mine.record_id, mine.external_id IS NOT NULL AS is_ours
  FROM placed LEFT JOIN mine USING (external_id)
  WHERE wanted_hash IS NULL AND placed.external_id NOT IN (SELECT external_id FROM elsewhere WHERE external_id IS NOT NULL)
),
stale AS (
  SELECT unwanted.record_id, unwanted.kind, records.source_id, records.chunk, 'stale' AS change,
    'the sink still holds what it no longer says, as ' || external_id AS reason
  FROM unwanted LEFT JOIN records USING (record_id) WHERE is_ours
),
unknown AS (
  SELECT NULL AS record_id, kind, NULL AS source_id, NULL::INTEGER AS chunk, 'unknown' AS change,
    'the sink holds ' || external_id || ', which no record says' AS reason
  FROM unwanted WHERE NOT is_ours
)
FROM missing UNION ALL FROM surplus UNION ALL FROM stale UNION ALL FROM unknown
ORDER BY source_id, kind, chunk, record_id, change, reason
