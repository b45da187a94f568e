-- Indexes that do not merely serve a constraint. Columns are given by number, 0 where an expression
-- stands; those after `length` are only included. Invalid ones are what a failed CREATE INDEX CONCURRENTLY left.
-- `properties` is what else the index says, for the few that say more; put together here, as
-- pg_get_indexdef would wait for locks on the table. `options` tells it of those that say no more than
-- DESC and NULLS FIRST, which are many: 20 us each here, next to nothing where the rows are shaped.
WITH settings AS (
  SELECT coalesce(nullif(current_setting('metadata_assets.locked', true), ''), '{}')::oid[] AS locked
),
-- An unqualified name is that of the inner table or, in versions that lack such a column, of `absent`.
indexes AS (
  SELECT i.*
  FROM (SELECT false AS indnullsnotdistinct) AS absent
  CROSS JOIN LATERAL (SELECT own.*, indnullsnotdistinct AS nulls_not_distinct FROM pg_index own) i
),
odd_classes AS (
  SELECT array_agg(oid) AS classes FROM pg_opclass WHERE NOT opcdefault
),
-- An index may have the usual collation where its column has not.
odd_collations AS (
  SELECT DISTINCT attrelid
  FROM pg_attribute
  WHERE attcollation NOT IN (0, 100) AND attrelid >= 16384 AND attnum > 0
)
SELECT
  i.indexrelid AS index_oid,
  i.indrelid AS relation,
  c.relname AS index_name,
  i.indkey AS ordinals,
  i.indnkeyatts AS length,
  CASE
    WHEN i.indexprs IS NOT NULL AND i.indrelid <> ALL ((SELECT locked FROM settings)::oid[]) THEN (
      SELECT json_agg(
        CASE i.indkey[part - 1] WHEN 0 THEN pg_get_indexdef(i.indexrelid, part, false) END
      )
      FROM generate_series(1, i.indnkeyatts) AS part
    )
  END AS expressions,
  i.indisunique AS is_unique,
  m.amname AS method,
  CASE
    WHEN i.indpred IS NOT NULL AND i.indrelid <> ALL ((SELECT locked FROM settings)::oid[])
    THEN pg_get_expr(i.indpred, i.indrelid)
  END AS predicate,
  CASE
    WHEN i.indnatts > i.indnkeyatts
      OR c.reloptions IS NOT NULL
      OR NOT i.indcollation::oid[] <@ '{0,100}'
      OR i.indrelid IN (SELECT attrelid FROM odd_collations)
      OR i.indclass::oid[] && (SELECT classes FROM odd_classes)
      OR i.nulls_not_distinct
      OR (
        -- Of these two no class takes options.
        m.amname NOT IN ('btree', 'hash')
        AND EXISTS (
          SELECT FROM pg_attribute p WHERE p.attrelid = i.indexrelid AND p.attoptions IS NOT NULL
        )
      )
    THEN json_strip_nulls(json_build_object(
      'include', (
        SELECT json_agg(a.attname ORDER BY part)
        FROM generate_series(i.indnkeyatts, i.indnatts - 1) AS part
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[part]
      ),
      'nulls_not_distinct', CASE WHEN i.nulls_not_distinct THEN true END,
      'parts', (
        SELECT CASE WHEN bool_or(said <> '') THEN json_agg(said ORDER BY part) END
        FROM (
          SELECT
            part,
            concat_ws(
              ' ',
              CASE
                -- Of an expression the collation of its own is not known; the usual one is not said.
                WHEN i.indcollation[part] <> coalesce(a.attcollation, 100) AND i.indcollation[part] <> 0
                THEN 'COLLATE ' || i.indcollation[part]::regcollation::text
              END,
              CASE
                WHEN NOT o.opcdefault OR p.attoptions IS NOT NULL
                THEN
                  CASE WHEN pg_opclass_is_visible(o.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
                  || quote_ident(o.opcname) || coalesce(' (' || array_to_string(p.attoptions, ', ') || ')', '')
              END,
              CASE WHEN i.indoption[part] & 1 = 1 THEN 'DESC' END,
              CASE i.indoption[part] & 3 WHEN 1 THEN 'NULLS LAST' WHEN 2 THEN 'NULLS FIRST' END
            ) AS said
          FROM generate_series(0, i.indnkeyatts - 1) AS part
          JOIN pg_opclass o ON o.oid = i.indclass[part]
          JOIN pg_namespace n ON n.oid = o.opcnamespace
          JOIN pg_attribute p ON p.attrelid = i.indexrelid AND p.attnum = part + 1
          LEFT JOIN pg_attribute a
            ON a.attrelid = i.indrelid AND a.attnum = i.indkey[part] AND a.attnum <> 0
        ) AS each_part
      ),
      'with', to_json(c.reloptions)
    ))
  END AS properties,
  CASE WHEN i.indoption::int2[] && '{1,2,3}' THEN i.indoption END AS options
FROM indexes i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid >= 16384
  AND t.relkind IN ('r', 'p', 'm')
  AND NOT t.relispartition
  AND (i.indisvalid OR c.relkind = 'I')
  AND NOT i.indisprimary
  AND NOT i.indisexclusion
  AND NOT (
    i.indisunique AND i.indexrelid IN (SELECT conindid FROM pg_constraint WHERE contype = 'u')
  )
