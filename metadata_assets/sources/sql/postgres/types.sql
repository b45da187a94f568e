-- Enums, domains, composites and ranges; those of the system and of extensions too, as columns may
-- use them (`is_selected` tells them apart). A domain over a domain rests on the innermost type.
-- Checks and attributes are looked up for the few types that have them (8 ms; grouping all: 23).
WITH RECURSIVE settings AS (
  SELECT
    coalesce(nullif(current_setting('metadata_assets.include_extensions', true), ''), 'off')::boolean
      AS includes_extensions
),
chain AS (
  SELECT
    t.oid AS domain, t.typbasetype AS base, t.typtypmod AS modifier, t.typnotnull AS is_not_null
  FROM pg_type t
  WHERE t.typtype = 'd'
  UNION ALL
  SELECT chain.domain, t.typbasetype, t.typtypmod, chain.is_not_null OR t.typnotnull
  FROM chain
  JOIN pg_type t ON t.oid = chain.base AND t.typtype = 'd'
),
domains AS (
  SELECT chain.*, t.typcollation AS base_collation
  FROM chain
  JOIN pg_type t ON t.oid = chain.base AND t.typtype <> 'd'
),
labels AS (
  SELECT e.enumtypid AS type, json_agg(e.enumlabel ORDER BY e.enumsortorder) AS labels
  FROM pg_enum e
  GROUP BY e.enumtypid
)
SELECT
  t.oid AS type_oid,
  t.typarray AS array_oid,
  n.nspname AS schema_name,
  t.typname AS type_name,
  CASE t.typtype
    WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
  END AS kind,
  labels.labels,
  d.base AS base_oid,
  CASE t.typtype
    WHEN 'd' THEN format_type(d.base, d.modifier)
    WHEN 'r' THEN format_type(r.rngsubtype, NULL)
  END AS base_type,
  NOT d.is_not_null AS nullable,
  pg_get_expr(t.typdefaultbin, 0) AS default_expr,
  CASE WHEN t.typcollation <> d.base_collation THEN t.typcollation::regcollation::text END
    AS collation,
  CASE t.typtype
    WHEN 'd' THEN (
      SELECT json_agg(pg_get_expr(k.conbin, 0) ORDER BY k.conname)
      FROM pg_constraint k
      WHERE k.contypid = t.oid AND k.contype = 'c'
    )
  END AS checks,
  CASE t.typtype
    WHEN 'c' THEN (
      SELECT
        coalesce(
          json_agg(
            concat_ws(
              ' ',
              quote_ident(a.attname),
              format_type(a.atttypid, a.atttypmod),
              CASE WHEN a.attcollation <> y.typcollation
                THEN 'COLLATE ' || a.attcollation::regcollation::text
              END
            )
            ORDER BY a.attnum
          ),
          '[]'
        )
      FROM pg_attribute a
      JOIN pg_type y ON y.oid = a.atttypid
      WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    )
  END AS attributes,
  (
    SELECT s.description
    FROM pg_description s
    WHERE s.classoid = 'pg_type'::regclass AND s.objoid = t.oid AND s.objsubid = 0
  ) AS comment,
  n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND (extension.oid IS NULL OR (SELECT includes_extensions FROM settings)) AS is_selected
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
LEFT JOIN domains d ON d.domain = t.oid
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN labels ON labels.type = t.oid
LEFT JOIN pg_depend member
  ON member.classid = 'pg_type'::regclass AND member.objid = t.oid
  AND member.refclassid = 'pg_extension'::regclass AND member.deptype = 'e'
LEFT JOIN pg_extension extension ON extension.oid = member.refobjid
WHERE t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.oid IS NOT NULL)
