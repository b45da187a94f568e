-- What each entry is to the records of a source: one row an entry that nobody remembers pushing.
-- A text that may be ddl or documentation is there as both: what a record says decides, or else
-- how it begins.
WITH said AS (
  SELECT content_hash, bool_or(sync_status <> 'deleted') AS is_live FROM records GROUP BY ALL
),
matched AS (
  SELECT entries.*, said.is_live,
    row_number() OVER (
      PARTITION BY external_id
      ORDER BY is_live DESC NULLS LAST, (kind = 'ddl') <> regexp_matches(content, '^\s*CREATE\s', 'i')
    ) AS choice
  FROM entries LEFT JOIN said USING (content_hash)
  ANTI JOIN remembered USING (external_id)
),
placed AS (
  SELECT * EXCLUDE (choice),
    row_number() OVER (PARTITION BY content_hash ORDER BY external_id) > 1
      OR content_hash IN (SELECT content_hash FROM remembered) AS is_copy
  FROM matched WHERE choice = 1
)
SELECT external_id, kind, question, content, content_hash, CASE
    WHEN is_copy THEN 'copy'
    WHEN is_live THEN 'recognised'
    WHEN NOT is_live THEN 'former'
    WHEN trim(content) = '' OR (kind = 'sql' AND trim(coalesce(question, '')) = '') THEN 'empty'
    ELSE 'new'
  END AS verdict
FROM placed ORDER BY kind, external_id
