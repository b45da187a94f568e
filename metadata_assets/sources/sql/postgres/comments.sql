-- Comments on columns, indexes and constraints. Joined to them where they are shaped: the server takes a
-- seventh longer for `columns.sql` if it does that.
SELECT
  CASE WHEN classoid = 'pg_class'::regclass THEN objoid END AS relation,
  CASE WHEN classoid = 'pg_constraint'::regclass THEN objoid END AS constraint_oid,
  -- 0 of the whole object.
  objsubid AS ordinal,
  description AS comment
FROM pg_description
WHERE classoid IN ('pg_class'::regclass, 'pg_constraint'::regclass)
  AND objoid >= 16384
