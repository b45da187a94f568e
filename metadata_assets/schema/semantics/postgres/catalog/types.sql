-- Every type but the row types of relations: its category, whether it is preferred in it, its kind,
-- what a subscript yields, and whether it can be sorted (s), only hashed (h), or neither.
SELECT
  pg_temp.named(t.oid) AS name,
  t.typcategory AS category,
  t.typispreferred::INT AS preferred,
  t.typtype AS kind,
  coalesce(pg_temp.named(nullif(t.typelem, 0)), '') AS element,
  CASE
    WHEN EXISTS (
      SELECT FROM pg_opclass o JOIN pg_am a ON a.oid = o.opcmethod
      WHERE o.opcdefault AND o.opcintype = t.oid AND a.amname = 'btree'
    ) THEN 's'
    WHEN EXISTS (
      SELECT FROM pg_opclass o JOIN pg_am a ON a.oid = o.opcmethod
      WHERE o.opcdefault AND o.opcintype = t.oid AND a.amname = 'hash'
    ) THEN 'h'
    ELSE ''
  END AS ordering
FROM pg_type t
WHERE t.typnamespace = 'pg_catalog'::regnamespace
  AND t.typtype <> 'c'
  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid AND e.typtype = 'c')
ORDER BY 1
