SELECT * REPLACE (
  CASE WHEN change = 'unchanged' AND is_told THEN 'rewritten' ELSE change END AS change
)
FROM fates
ORDER BY source_id, kind, chunk, record_id
