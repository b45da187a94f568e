-- Columns of all tables and views, with defaults; `comments.sql` has what is said of them. (16384: the
-- first oid that is not the system's own.) Printed with relation 0, a default takes no lock on its table and half the time (same
-- text on 5,293 defaults); only a generated column names others and needs it.
WITH settings AS (
  SELECT coalesce(nullif(current_setting('metadata_assets.locked', true), ''), '{}')::oid[] AS locked
),
-- Since PostgreSQL 18 a NOT NULL may leave alone the rows that were there: no promise to a query.
unproven AS (
  SELECT conrelid, conkey[1] AS attnum
  FROM pg_constraint
  WHERE contype = 'n' AND NOT convalidated AND conrelid <> 0
)
SELECT
  a.attrelid AS relation,
  a.attnum AS ordinal,
  a.attname AS column_name,
  a.atttypid AS type_oid,
  format_type(a.atttypid, a.atttypmod) AS native_type,
  NOT a.attnotnull AS nullable,
  CASE WHEN a.attnotnull AND (a.attrelid, a.attnum) IN (SELECT * FROM unproven) THEN 'NOT VALID' END
    AS not_null,
  CASE
    WHEN d.adbin IS NULL OR a.attrelid = ANY ((SELECT locked FROM settings)::oid[]) THEN NULL
    WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0)
  END AS default_expr,
  CASE
    WHEN a.attgenerated <> '' AND a.attrelid <> ALL ((SELECT locked FROM settings)::oid[])
    THEN pg_get_expr(d.adbin, d.adrelid)
  END AS generated_expr,
  CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
  CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by_default' END AS identity,
  CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END
    AS collation,
  CASE WHEN a.attndims > 1 THEN a.attndims END AS dimensions
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.oid >= 16384
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND a.attnum > 0
  AND NOT a.attisdropped
