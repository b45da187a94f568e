-- Columns of all tables and views (16384: the first oid that is not the system's own).
SELECT
  a.attrelid AS relation,
  a.attnum AS ordinal,
  a.attname AS column_name,
  a.atttypid AS type_oid,
  format_type(a.atttypid, a.atttypmod) AS native_type,
  NOT a.attnotnull AS nullable,
  CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by_default' END AS identity,
  CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
  CASE WHEN a.attndims > 1 THEN a.attndims END AS dimensions,
  CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END
    AS collation
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.oid >= 16384
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND a.attnum > 0
  AND NOT a.attisdropped
