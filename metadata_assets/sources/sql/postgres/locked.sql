-- Relations whose definition cannot be printed now: printing a generated column, a CHECK, an index
-- expression, a partition key or a view opens the tables in it, and waits for as long as another
-- session (a migration) holds or awaits ACCESS EXCLUSIVE on one.
WITH locked AS (
  SELECT DISTINCT l.relation
  FROM pg_locks l
  WHERE l.locktype = 'relation'
    AND l.mode = 'AccessExclusiveLock'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
),
-- What is printed with a look at a locked table: it, its row type, and functions that take or return
-- that.
looked_at AS (
  SELECT 'pg_class'::regclass AS catalog, relation AS oid FROM locked
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid FROM locked l JOIN pg_type t ON t.typrelid = l.relation
  UNION ALL
  SELECT d.classid, d.objid
  FROM locked l
  JOIN pg_type t ON t.typrelid = l.relation
  JOIN pg_depend d
    ON d.refclassid = 'pg_type'::regclass AND d.refobjid = t.oid
    AND d.classid = 'pg_proc'::regclass
),
looking AS (
  SELECT d.classid, d.objid, CASE WHEN o.catalog = 'pg_class'::regclass THEN o.oid END AS relation
  FROM looked_at o
  JOIN pg_depend d ON d.refclassid = o.catalog AND d.refobjid = o.oid
),
relation AS (
  SELECT l.relation AS oid
  FROM locked l
  WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = l.relation AND a.attgenerated <> '')
    OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = l.relation AND k.contype IN ('c', 'x'))
    OR EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid = l.relation AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
    )
    OR EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partrelid = l.relation)
  UNION ALL
  SELECT r.ev_class
  FROM looking o
  JOIN pg_rewrite r ON o.classid = 'pg_rewrite'::regclass AND r.oid = o.objid
  UNION ALL
  -- The columns of a key are no expression.
  SELECT k.conrelid
  FROM looking o
  JOIN pg_constraint k
    ON o.classid = 'pg_constraint'::regclass AND k.oid = o.objid AND k.contype IN ('c', 'x')
  UNION ALL
  -- To print a default takes no look at its own table.
  SELECT f.adrelid
  FROM looking o
  JOIN pg_attrdef f
    ON o.classid = 'pg_attrdef'::regclass AND f.oid = o.objid
    AND f.adrelid IS DISTINCT FROM o.relation
  UNION ALL
  SELECT i.indrelid
  FROM looking o
  JOIN pg_index i
    ON o.classid = 'pg_class'::regclass AND i.indexrelid = o.objid
    AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
)
SELECT DISTINCT c.oid
FROM relation
JOIN pg_class c USING (oid)
-- Others are not described anyway.
WHERE NOT c.relispartition AND c.relpersistence <> 't'
