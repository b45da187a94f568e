-- The columns of one schema of PostgreSQL that are of a domain: on what it rests in the end, and whether
-- it or one below it takes no null.
WITH RECURSIVE domains AS (
  SELECT oid AS domain, typbasetype AS base, typtypmod AS modifier, typnotnull AS is_not_null
  FROM pg_type
  WHERE typtype = 'd'
  UNION ALL
  SELECT d.domain, t.typbasetype, t.typtypmod, d.is_not_null OR t.typnotnull
  FROM domains d
  JOIN pg_type t ON t.oid = d.base AND t.typtype = 'd'
)
SELECT
  c.relname AS table_name,
  a.attname AS column_name,
  format_type(d.base, d.modifier) AS base_type,
  d.is_not_null AS is_not_null
FROM domains d
JOIN pg_type t ON t.oid = d.base AND t.typtype <> 'd'
JOIN pg_attribute a ON a.atttypid = d.domain AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema
