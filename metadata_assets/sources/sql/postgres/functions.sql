-- Functions, aggregates, window functions and operators that are not the system's own, those of extensions among
-- them: queries call them. PostGIS brings 700; neither procedures nor triggers can be called there.
SELECT DISTINCT
  n.nspname AS schema_name,
  p.proname AS function_name,
  CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' ELSE 'function' END AS kind
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND p.prokind <> 'p'
  AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
UNION ALL
SELECT DISTINCT n.nspname, o.oprname, 'operator'
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
