-- Indexes that do not merely serve a constraint. Columns are given by number; an index with
-- expressions names its parts itself. Invalid ones are what a failed CREATE INDEX CONCURRENTLY left.
WITH settings AS (
  SELECT coalesce(nullif(current_setting('metadata_assets.locked', true), ''), '{}')::oid[] AS locked
)
SELECT
  i.indrelid AS relation,
  c.relname AS index_name,
  CASE
    WHEN i.indexprs IS NULL
    THEN to_json((string_to_array(i.indkey::text, ' '))[1:i.indnkeyatts]::int[])
  END AS ordinals,
  CASE
    WHEN i.indexprs IS NOT NULL AND i.indrelid <> ALL (settings.locked) THEN (
      SELECT json_agg(coalesce(a.attname, pg_get_indexdef(i.indexrelid, part, false)) ORDER BY part)
      FROM generate_series(1, i.indnkeyatts) AS part
      LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[part - 1]
    )
  END AS parts,
  i.indisunique AS is_unique,
  m.amname AS method,
  CASE
    WHEN i.indpred IS NOT NULL AND i.indrelid <> ALL (settings.locked)
    THEN pg_get_expr(i.indpred, i.indrelid)
  END AS predicate
FROM pg_index i
CROSS JOIN settings
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid >= 16384
  AND t.relkind IN ('r', 'p', 'm')
  AND NOT t.relispartition
  AND (i.indisvalid OR c.relkind = 'I')
  AND NOT EXISTS (
    SELECT FROM pg_constraint k
    WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
  )
