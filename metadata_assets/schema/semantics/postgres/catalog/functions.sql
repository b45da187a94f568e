-- Every function a query may call: name, kind (f function, a aggregate, w window), whether it
-- returns a set, result, arguments, their names, how many have defaults, the element of a variadic
-- last one, the columns it returns (name type), aggregate kind (n, o ordered, h hypothetical) and
-- how many of its arguments are direct.
SELECT
  p.proname,
  p.prokind,
  p.proretset::INT,
  pg_temp.named(p.prorettype),
  coalesce((
    SELECT string_agg(pg_temp.named(a.type), ',' ORDER BY a.n)
    FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, n)
  ), '') AS arguments,
  coalesce((
    SELECT string_agg(coalesce(p.proargnames[a.n], ''), ',' ORDER BY a.n)
    FROM generate_subscripts(coalesce(p.proallargtypes, p.proargtypes::oid[]), 1)
      WITH ORDINALITY AS a (i, n)
    WHERE p.proargnames IS NOT NULL
      AND coalesce(p.proargmodes[a.n], 'i') IN ('i', 'b', 'v')
  ), '') AS argument_names,
  p.pronargdefaults,
  coalesce(pg_temp.named(nullif(p.provariadic, 0)), '') AS variadic,
  coalesce((
    SELECT string_agg(p.proargnames[a.n] || ' ' || pg_temp.named(a.type), ',' ORDER BY a.n)
    FROM unnest(p.proallargtypes) WITH ORDINALITY AS a (type, n)
    WHERE p.proargmodes[a.n] IN ('o', 'b', 't')
  ), '') AS columns,
  coalesce(g.aggkind::TEXT, '') AS aggregate_kind,
  coalesce(g.aggnumdirectargs, 0) AS direct_arguments
FROM pg_proc p
LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE p.pronamespace = 'pg_catalog'::regnamespace
  AND p.prokind <> 'p'
  AND NOT p.proargtypes::oid[] && ARRAY['internal'::regtype, 'cstring'::regtype]::oid[]
  AND p.prorettype NOT IN (
    'internal'::regtype, 'cstring'::regtype, 'trigger'::regtype, 'event_trigger'::regtype,
    'index_am_handler'::regtype, 'table_am_handler'::regtype, 'tsm_handler'::regtype,
    'language_handler'::regtype, 'fdw_handler'::regtype
  )
ORDER BY 1, 5, 2
