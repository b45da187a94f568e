-- Comments on constraints and indexes: few, apart from those on columns, which are many.
SELECT
  CASE WHEN classoid = 'pg_constraint'::regclass THEN objoid END AS constraint_oid,
  CASE WHEN classoid = 'pg_class'::regclass THEN objoid END AS index_oid,
  description AS comment
FROM pg_description
WHERE objsubid = 0
  AND objoid >= 16384
  AND (
    classoid = 'pg_constraint'::regclass
    OR (classoid = 'pg_class'::regclass AND objoid IN (SELECT indexrelid FROM pg_index))
  )
