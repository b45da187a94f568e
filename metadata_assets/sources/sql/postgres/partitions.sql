-- The partitions of every partitioned table, at any depth, and the parents of inheriting tables.
WITH RECURSIVE below AS (
  SELECT i.inhparent AS root, i.inhrelid AS relation
  FROM pg_inherits i
  JOIN pg_class child ON child.oid = i.inhrelid AND child.relispartition
  JOIN pg_class parent ON parent.oid = i.inhparent AND NOT parent.relispartition
  UNION ALL
  SELECT below.root, i.inhrelid
  FROM below
  JOIN pg_inherits i ON i.inhparent = below.relation
)
SELECT
  below.root AS relation,
  n.nspname AS schema_name,
  c.relname AS table_name,
  pg_get_expr(c.relpartbound, 0) AS bounds,
  c.relkind = 'p' AS is_partitioned,
  CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS row_estimate,
  CASE
    WHEN c.reltuples >= 0
    THEN (c.relpages::bigint + coalesce(toast.relpages, 0)) * current_setting('block_size')::bigint
  END AS bytes
FROM below
JOIN pg_class c ON c.oid = below.relation
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
WHERE c.relkind IN ('r', 'p', 'f')
