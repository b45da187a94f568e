-- Indexes that do not merely serve a constraint. Columns are given by number, 0 where an expression
-- stands; those after `length` are only included. Invalid ones are what a failed CREATE INDEX CONCURRENTLY left.
WITH settings AS (
  SELECT coalesce(nullif(current_setting('metadata_assets.locked', true), ''), '{}')::oid[] AS locked
)
SELECT
  i.indrelid AS relation,
  c.relname AS index_name,
  i.indkey AS ordinals,
  i.indnkeyatts AS length,
  CASE
    WHEN i.indexprs IS NOT NULL AND i.indrelid <> ALL ((SELECT locked FROM settings)::oid[]) THEN (
      SELECT json_agg(
        CASE i.indkey[part - 1] WHEN 0 THEN pg_get_indexdef(i.indexrelid, part, false) END
      )
      FROM generate_series(1, i.indnkeyatts) AS part
    )
  END AS expressions,
  i.indisunique AS is_unique,
  m.amname AS method,
  CASE
    WHEN i.indpred IS NOT NULL AND i.indrelid <> ALL ((SELECT locked FROM settings)::oid[])
    THEN pg_get_expr(i.indpred, i.indrelid)
  END AS predicate
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid >= 16384
  AND t.relkind IN ('r', 'p', 'm')
  AND NOT t.relispartition
  AND (i.indisvalid OR c.relkind = 'I')
  AND NOT i.indisprimary
  AND NOT i.indisexclusion
  AND NOT (
    i.indisunique AND i.indexrelid IN (SELECT conindid FROM pg_constraint WHERE contype = 'u')
  )
