-- Relations whose definition cannot be printed now: printing a generated column, a CHECK, an index
-- expression, a partition key or a view opens the tables in it, and waits for as long as another
-- session (a migration) holds or awaits ACCESS EXCLUSIVE on one.
WITH locked AS (
  SELECT DISTINCT l.relation
  FROM pg_locks l
  WHERE l.locktype = 'relation'
    AND l.mode = 'AccessExclusiveLock'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT l.relation
FROM locked l
WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = l.relation AND a.attgenerated <> '')
  OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = l.relation AND k.contype IN ('c', 'x'))
  OR EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = l.relation AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
  )
  OR EXISTS (
    SELECT FROM pg_partitioned_table p
    WHERE p.partrelid = l.relation AND p.partexprs IS NOT NULL
  )
UNION
SELECT r.ev_class
FROM locked l
JOIN pg_depend d
  ON d.refclassid = 'pg_class'::regclass AND d.refobjid = l.relation
  AND d.classid = 'pg_rewrite'::regclass
JOIN pg_rewrite r ON r.oid = d.objid
