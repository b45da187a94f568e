-- Keys and checks. Columns are given by number. A key that references a partitioned table has a row
-- for each partition beside its own: those have a parent constraint. A key that references a
-- partition is shown as one on the partitioned table it belongs to, whose columns have the same
-- names. (Of pg_class only the partitions are joined: all of it twice takes a fifth longer.)
WITH settings AS (
  SELECT coalesce(nullif(current_setting('metadata_assets.locked', true), ''), '{}')::oid[] AS locked
)
SELECT
  k.conrelid AS relation,
  k.conname AS constraint_name,
  CASE k.contype
    WHEN 'p' THEN 'primary_key'
    WHEN 'u' THEN 'unique'
    WHEN 'f' THEN 'foreign_key'
    WHEN 'c' THEN 'check'
    WHEN 'x' THEN 'exclusion'
  END AS constraint_type,
  k.conkey AS ordinals,
  CASE
    WHEN referenced.relispartition THEN pg_partition_root(k.confrelid)::oid
    WHEN k.confrelid <> 0 THEN k.confrelid
  END AS ref_relation,
  CASE WHEN referenced.oid IS NULL THEN k.confkey END AS ref_ordinals,
  CASE
    WHEN referenced.relispartition THEN (
      SELECT json_agg(a.attname ORDER BY part.position)
      FROM unnest(k.confkey) WITH ORDINALITY AS part (attnum, position)
      JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = part.attnum
    )
  END AS ref_columns,
  CASE k.confdeltype
    WHEN 'r' THEN 'RESTRICT'
    WHEN 'c' THEN 'CASCADE'
    WHEN 'n' THEN 'SET NULL'
    WHEN 'd' THEN 'SET DEFAULT'
  END AS on_delete,
  CASE k.confupdtype
    WHEN 'r' THEN 'RESTRICT'
    WHEN 'c' THEN 'CASCADE'
    WHEN 'n' THEN 'SET NULL'
    WHEN 'd' THEN 'SET DEFAULT'
  END AS on_update,
  CASE
    WHEN k.conrelid = ANY ((SELECT locked FROM settings)::oid[]) THEN NULL
    WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid)
    WHEN k.contype = 'x' THEN pg_get_constraintdef(k.oid)
  END AS expression
FROM pg_constraint k
LEFT JOIN pg_class referenced ON referenced.oid = k.confrelid AND referenced.relispartition
WHERE k.conrelid >= 16384
  AND k.contype IN ('p', 'u', 'f', 'c', 'x')
  AND k.conparentid = 0
  AND k.conrelid NOT IN (SELECT oid FROM pg_class WHERE relispartition)
