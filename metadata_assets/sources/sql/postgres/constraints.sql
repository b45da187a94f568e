-- Keys and checks. Columns are given by number. A key that references a partitioned table has a row
-- for each partition beside its own: those have a parent constraint. A key that references a
-- partition is shown as one on the partitioned table it belongs to, whose columns have the same
-- names. (Of pg_class only the partitions are joined: all of it twice takes a fifth longer.)
-- `properties` is what else a key says, for the few that say more. The index of a foreign key is that
-- of the key it references; one that excludes is that of a key WITHOUT OVERLAPS.
WITH settings AS (
  SELECT coalesce(nullif(current_setting('metadata_assets.locked', true), ''), '{}')::oid[] AS locked
),
-- An unqualified name is that of the inner table or, in versions that lack such a column, of `absent`.
keys AS (
  SELECT k.*
  FROM (SELECT NULL::int2[] AS confdelsetcols, true AS conenforced) AS absent
  CROSS JOIN LATERAL (
    SELECT own.*, confdelsetcols AS delete_ordinals, conenforced AS is_enforced
    FROM pg_constraint own
  ) k
),
key_indexes AS (
  SELECT i.*
  FROM (SELECT false AS indnullsnotdistinct) AS absent
  CROSS JOIN LATERAL (SELECT own.*, indnullsnotdistinct AS nulls_not_distinct FROM pg_index own) i
)
SELECT
  k.oid AS constraint_oid,
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
  END AS expression,
  CASE
    WHEN k.contype = 'x' THEN NULL
    WHEN k.condeferrable
      OR NOT k.convalidated
      OR k.confmatchtype = 'f'
      OR (k.contype = 'c' AND k.connoinherit)
      OR i.indisexclusion
      OR (k.contype <> 'f' AND i.indnatts > i.indnkeyatts)
      OR (k.contype = 'u' AND i.nulls_not_distinct)
      OR k.delete_ordinals IS NOT NULL
    THEN json_strip_nulls(json_build_object(
      'deferrable', CASE
        WHEN k.condeferred THEN 'INITIALLY DEFERRED' WHEN k.condeferrable THEN 'INITIALLY IMMEDIATE'
      END,
      'delete_columns', (
        SELECT json_agg(a.attname ORDER BY part.position)
        FROM unnest(k.delete_ordinals) WITH ORDINALITY AS part (attnum, position)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.attnum
      ),
      'include', CASE
        WHEN k.contype <> 'f' THEN (
          SELECT json_agg(a.attname ORDER BY part)
          FROM generate_series(i.indnkeyatts, i.indnatts - 1) AS part
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = i.indkey[part]
        )
      END,
      'match', CASE k.confmatchtype WHEN 'f' THEN 'FULL' END,
      'no_inherit', CASE WHEN k.contype = 'c' AND k.connoinherit THEN true END,
      'nulls_not_distinct', CASE WHEN k.contype = 'u' AND i.nulls_not_distinct THEN true END,
      'validity', CASE
        WHEN NOT k.is_enforced THEN 'NOT ENFORCED'
        WHEN NOT k.convalidated THEN 'NOT VALID'
      END,
      'without_overlaps', CASE WHEN i.indisexclusion THEN true END
    ))
  END AS properties
FROM keys k
LEFT JOIN key_indexes i ON i.indexrelid = k.conindid
LEFT JOIN pg_class referenced ON referenced.oid = k.confrelid AND referenced.relispartition
WHERE k.conrelid >= 16384
  AND k.contype IN ('p', 'u', 'f', 'c', 'x')
  AND k.conparentid = 0
  AND k.conrelid NOT IN (SELECT oid FROM pg_class WHERE relispartition)
