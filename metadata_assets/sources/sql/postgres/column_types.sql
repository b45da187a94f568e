-- DuckDB: what types.sql tells of a column of each type. What a domain says of a column (NOT NULL,
-- default) does not hold of an array of that domain.
WITH RECURSIVE labelled AS (
  SELECT type_oid AS oid, labels FROM types WHERE kind = 'enum'
  UNION ALL
  SELECT array_oid, labels FROM types WHERE kind = 'enum'
  UNION ALL
  -- Of a domain, which may be over an array of another one.
  SELECT unnest([t.type_oid, t.array_oid]), l.labels
  FROM types t
  JOIN labelled l ON l.oid = t.base_oid
  WHERE t.kind = 'domain'
),
own AS (
  SELECT
    t.type_oid AS oid,
    CASE t.kind WHEN 'domain' THEN t.base_type END AS base_type,
    l.labels,
    t.nullable,
    CASE t.kind WHEN 'domain' THEN t.default_expr END AS default_expr,
    t.collation
  FROM types t
  LEFT JOIN labelled l ON l.oid = t.type_oid
),
all_types AS (
  SELECT * FROM own
  UNION ALL
  SELECT t.array_oid, c.base_type || '[]', c.labels, NULL, NULL, c.collation
  FROM types t
  JOIN own c ON c.oid = t.type_oid
)
SELECT
  oid, base_type, from_json(labels, '["VARCHAR"]') AS allowed_values, nullable, default_expr,
  "collation"
FROM all_types
WHERE oid <> 0
