-- Tables, views and their like. Partitions are no tables of their own; `partitions.sql` has them.
WITH settings AS (
  SELECT
    coalesce(nullif(current_setting('metadata_assets.locked', true), ''), '{}')::oid[] AS locked,
    coalesce(nullif(current_setting('metadata_assets.include_extensions', true), ''), 'off')::boolean
      AS includes_extensions,
    -- Of a superuser too. Asking table by table takes a third of the time of this query.
    pg_has_role('pg_read_all_data', 'USAGE') AS reads_all
)
SELECT
  c.oid AS relation,
  n.nspname AS schema_name,
  c.relname AS table_name,
  CASE c.relkind
    WHEN 'r' THEN 'table'
    WHEN 'p' THEN 'partitioned_table'
    WHEN 'v' THEN 'view'
    WHEN 'm' THEN 'materialized_view'
    WHEN 'f' THEN 'foreign_table'
  END AS object_type,
  s.description AS comment,
  pg_get_userbyid(c.relowner) AS owner,
  CASE
    WHEN c.relkind IN ('v', 'm')
      AND c.oid <> ALL ((SELECT locked FROM settings)::oid[])
      AND has_table_privilege(c.oid, 'SELECT') IS NOT NULL
    THEN pg_get_viewdef(c.oid)
  END AS definition,
  -- As of the last VACUUM or ANALYZE; -1 (and no pages) where there was none. pg_relation_size would
  -- wait for locks.
  CASE WHEN c.relkind IN ('r', 'm', 'f') AND c.reltuples >= 0 THEN c.reltuples::bigint END
    AS row_estimate,
  CASE
    WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0
    THEN (c.relpages::bigint + coalesce(toast.relpages, 0)) * current_setting('block_size')::bigint
  END AS bytes,
  CASE
    WHEN c.relkind = 'p' AND c.oid <> ALL ((SELECT locked FROM settings)::oid[]) THEN pg_get_partkeydef(c.oid)
  END AS partition_key,
  CASE WHEN c.relkind = 'r' AND c.relpersistence = 'u' THEN true END AS unlogged,
  CASE WHEN c.relkind = 'v' THEN to_json(c.reloptions) END AS options,
  CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
  server.srvname AS foreign_server,
  extension.extname AS extension,
  extension.oid IS NULL OR (SELECT includes_extensions FROM settings) AS is_selected,
  NOT (
    (SELECT reads_all FROM settings)
    OR has_schema_privilege(n.oid, 'USAGE')
    AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
  ) AS lacks_privilege,
  c.oid = ANY ((SELECT locked FROM settings)::oid[])
    -- NULL of one that has been dropped since our snapshot, which it is an error to print. While
    -- ten a second of 1,500 views were made anew, 25 of 26 extractions failed at that.
    OR (c.relkind IN ('v', 'm') AND has_table_privilege(c.oid, 'SELECT') IS NULL) AS is_locked
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description s
  ON s.objoid = c.oid AND s.objsubid = 0 AND s.classoid = 'pg_class'::regclass
LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid AND toast.relkind = 't'
LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_foreign_server server ON server.oid = f.ftserver
LEFT JOIN pg_depend member
  ON member.classid = 'pg_class'::regclass AND member.objid = c.oid AND member.objsubid = 0
  AND member.refclassid = 'pg_extension'::regclass AND member.deptype = 'e'
LEFT JOIN pg_extension extension ON extension.oid = member.refobjid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  -- Also leaves out temporary tables: their schemas are pg_temp_*.
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
