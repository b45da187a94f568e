-- The parents of tables that inherit (INHERITS), in their order.
SELECT
  i.inhrelid AS relation,
  i.inhseqno AS position,
  n.nspname AS schema_name,
  parent.relname AS table_name
FROM pg_inherits i
JOIN pg_class child ON child.oid = i.inhrelid
JOIN pg_class parent ON parent.oid = i.inhparent
JOIN pg_namespace n ON n.oid = parent.relnamespace
WHERE NOT child.relispartition
  AND child.relkind IN ('r', 'f')
