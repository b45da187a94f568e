-- One hash a catalog, over the values that the other queries print from; never over row counts, sizes
-- or row versions, which TRUNCATE, REINDEX, GRANT and VACUUM FULL move too. XOR does not depend on
-- the order of rows, and the deletion of a row (of a comment, say) changes it like an insertion.
-- Columns, their defaults and all comments are hashed by `fingerprint_columns`, meanwhile.
WITH users_schema AS (
  SELECT oid, nspname
  FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
relation AS (
  SELECT
    oid, relnamespace, relname, relkind, relispartition, reloftype, relpartbound, relowner,
    relpersistence, CASE WHEN relkind = 'v' THEN reloptions END AS options
  FROM pg_class
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    AND relnamespace IN (SELECT oid FROM users_schema)
),
-- Of a partition only its name, bounds and place are shown.
described AS (
  SELECT oid, relowner, relkind
  FROM relation
  WHERE NOT relispartition
),
-- Of a superuser too. Asking for each table would take a tenth of the whole time.
reader AS (
  SELECT pg_has_role('pg_read_all_data', 'USAGE') AS reads_all
),
part AS (
  SELECT 'schema' AS part, count(*), bit_xor(hash_record_extended(n, 0)) AS hash
  FROM (SELECT oid, nspname, has_schema_privilege(oid, 'USAGE') FROM users_schema) n
  UNION ALL
  SELECT 'relation', count(*), bit_xor(hash_record_extended(r, 0))
  FROM (
    SELECT
      oid, relnamespace, relname, relkind, relispartition, reloftype, relpartbound::text,
      CASE WHEN NOT relispartition THEN relowner END,
      CASE WHEN NOT relispartition THEN relpersistence END,
      options,
      NOT relispartition AND (
        (SELECT reads_all FROM reader)
        OR has_table_privilege(oid, 'SELECT')
        OR has_any_column_privilege(oid, 'SELECT')
      )
    FROM relation
  ) r
  UNION ALL
  -- An unqualified name is that of the inner table or, in versions that lack such a column, of `absent`.
  SELECT 'constraint', count(*), bit_xor(hash_record_extended(k, 0))
  FROM (SELECT NULL::int2[] AS confdelsetcols, true AS conenforced) AS absent
  CROSS JOIN LATERAL (
    SELECT
      conname, contype, conrelid, contypid, confrelid, conkey, confkey, confupdtype, confdeltype,
      conparentid = 0, conbin::text, conexclop, confmatchtype, confdelsetcols,
      -- As one number: a column of a record takes longer.
      condeferrable::int + 2 * condeferred::int + 4 * convalidated::int + 8 * connoinherit::int
        + 16 * conenforced::int
    FROM pg_constraint
    WHERE (contype IN ('p', 'u', 'f', 'c', 'x') OR (contype = 'n' AND NOT convalidated))
      AND connamespace IN (SELECT oid FROM users_schema)
      AND (conrelid = 0 OR conrelid IN (SELECT oid FROM described))
  ) k
  UNION ALL
  -- Without the index's own oid: REINDEX CONCURRENTLY replaces it.
  SELECT 'index', count(*), bit_xor(hash_record_extended(i, 0))
  FROM (SELECT false AS indnullsnotdistinct) AS absent
  CROSS JOIN LATERAL (
    SELECT
      c.relname, c.relam, i.indrelid, i.indkey::int2[], i.indnkeyatts, i.indisunique,
      i.indexprs::text, i.indpred::text, i.indoption::int2[], c.reloptions, indnullsnotdistinct,
      hashoidvectorextended(i.indclass, hashoidvectorextended(i.indcollation, 0)),
      -- Of btree and hash no class takes options.
      CASE
        WHEN c.relam NOT IN (403, 405) THEN (
          SELECT string_agg(attoptions::text, ',' ORDER BY attnum)
          FROM pg_attribute
          WHERE attrelid = i.indexrelid AND attoptions IS NOT NULL
        )
      END
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    WHERE (i.indisvalid OR c.relkind = 'I') AND i.indrelid IN (SELECT oid FROM described)
  ) i
  UNION ALL
  SELECT 'view', count(*), bit_xor(hash_record_extended(v, 0))
  FROM (
    SELECT ev_class, ev_action::text
    FROM pg_rewrite
    WHERE rulename = '_RETURN'
      AND ev_class IN (SELECT oid FROM described WHERE relkind IN ('v', 'm'))
  ) v
  UNION ALL
  SELECT 'inheritance', count(*), bit_xor(hash_record_extended(i, 0))
  FROM (
    SELECT inhrelid, inhparent, inhseqno
    FROM pg_inherits
    WHERE inhrelid IN (SELECT oid FROM relation)
  ) i
  UNION ALL
  SELECT 'partition key', count(*), bit_xor(hash_record_extended(p, 0))
  FROM (
    SELECT partrelid, partstrat, partattrs::text, partclass::text, partexprs::text
    FROM pg_partitioned_table
    WHERE partrelid IN (SELECT oid FROM relation)
  ) p
  UNION ALL
  SELECT 'type', count(*), bit_xor(hash_record_extended(t, 0))
  FROM (
    SELECT
      t.oid, t.typnamespace, t.typname, t.typtype, t.typnotnull, t.typbasetype, t.typtypmod,
      t.typdefaultbin::text, t.typcollation, r.rngsubtype
    FROM pg_type t
    LEFT JOIN pg_range r ON r.rngtypid = t.oid
    -- Neither row types nor array types; a domain or a type of one's own has elements too.
    WHERE (t.typtype IN ('e', 'd', 'r', 'm') OR (t.typtype = 'b' AND t.typcategory <> 'A'))
      AND t.typnamespace IN (SELECT oid FROM users_schema)
  ) t
  UNION ALL
  SELECT 'enum label', count(*), bit_xor(hash_record_extended(e, 0))
  FROM (
    SELECT enumtypid, enumsortorder, enumlabel
    FROM pg_enum
    WHERE enumtypid IN (
      SELECT oid FROM pg_type WHERE typtype = 'e' AND typnamespace IN (SELECT oid FROM users_schema)
    )
  ) e
  UNION ALL
  SELECT 'extension', count(*), bit_xor(hash_record_extended(e, 0))
  FROM (
    SELECT d.classid, d.objid, e.extname
    FROM pg_depend d
    JOIN pg_extension e ON e.oid = d.refobjid
    WHERE d.refclassid = 'pg_extension'::regclass
      AND d.deptype = 'e'
      AND d.classid IN ('pg_class'::regclass, 'pg_type'::regclass)
  ) e
  UNION ALL
  SELECT 'foreign table', count(*), bit_xor(hash_record_extended(f, 0))
  FROM (
    SELECT f.ftrelid, s.srvname
    FROM pg_foreign_table f
    JOIN pg_foreign_server s ON s.oid = f.ftserver
  ) f
  UNION ALL
  SELECT 'owner', count(*), bit_xor(hash_record_extended(o, 0))
  FROM (SELECT oid, rolname FROM pg_roles WHERE oid IN (SELECT relowner FROM described)) o
  UNION ALL
  -- One that is called is printed with its schema where another of its name would be called without,
  -- if only a procedure.
  SELECT 'function', count(*), bit_xor(hash_record_extended(f, 0))
  FROM (
    SELECT
      pronamespace, proname, array_agg(DISTINCT prokind) FILTER (WHERE is_shown),
      CASE WHEN count(*) > 1 THEN bit_xor(hashoidextended(oid, 0)) END
    FROM (
      SELECT
        *,
        prokind <> 'p' AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
          AS is_shown
      FROM pg_proc
    ) p
    WHERE oid >= 16384 AND pronamespace IN (SELECT oid FROM users_schema)
    GROUP BY pronamespace, proname
    HAVING bool_or(is_shown) OR count(*) > 1
    UNION ALL
    SELECT
      oprnamespace, oprname, '{o}'::"char"[],
      CASE WHEN count(*) > 1 THEN bit_xor(hashoidextended(oid, 0)) END
    FROM pg_operator
    WHERE oid >= 16384 AND oprnamespace IN (SELECT oid FROM users_schema)
    GROUP BY oprnamespace, oprname
  ) f
  UNION ALL
  -- What defaults, checks, indexes and views print by name.
  SELECT 'printed name', count(*), bit_xor(hash_record_extended(n, 0))
  FROM (
    SELECT 'pg_proc'::regclass, oid, pronamespace, proname FROM pg_proc
    UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace, oprname FROM pg_operator
    UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace, collname FROM pg_collation
    UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace, cfgname FROM pg_ts_config
    UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace, dictname FROM pg_ts_dict
    UNION ALL SELECT 'pg_opclass'::regclass, oid, opcnamespace, opcname FROM pg_opclass
    UNION ALL
    SELECT 'pg_class'::regclass, oid, relnamespace, relname
    FROM pg_class
    WHERE relkind = 'S' AND relnamespace IN (SELECT oid FROM users_schema)
  ) AS n (catalog, oid, namespace, name)
  WHERE oid >= 16384
    -- One by one from an index: there are far more dependencies than names.
    AND (
      SELECT true
      FROM pg_depend
      WHERE refclassid = n.catalog
        AND refobjid = n.oid
        AND classid IN (
          'pg_attrdef'::regclass, 'pg_rewrite'::regclass, 'pg_constraint'::regclass,
          'pg_class'::regclass, 'pg_type'::regclass
        )
        -- Before PostgreSQL 15, what a generated column calls is of the other kind.
        AND deptype IN ('n', 'a')
      LIMIT 1
    )
)
-- Not by `||`, which somebody's cast of numbers to text would make ambiguous.
SELECT concat_ws(
  ' ', current_setting('server_version_num'),
  string_agg(concat_ws(' ', part, count, coalesce(hash, 0)), ', ' ORDER BY part)
)
FROM part
