-- The other half of `fingerprint`: a hash each of the columns, their defaults and all comments.
WITH described AS (
  SELECT c.oid
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    AND NOT c.relispartition
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
),
part AS (
  -- A hash that seeds the next, none ever NULL: as a record (44 ms for 48, of 5,000 tables) each
  -- column would be built and taken apart again.
  SELECT
    'column' AS part, count(*),
    bit_xor(
      hashnameextended(attname, hashoidextended(attrelid, hashint2extended(attnum,
        hashoidextended(atttypid, hashint4extended(atttypmod, hashint4extended(attndims::int,
          hashint4extended(attnotnull::int, hashcharextended(attidentity,
            hashcharextended(attgenerated, hashoidextended(attcollation, 0))))))))))
    ) AS hash
  FROM pg_attribute
  WHERE attnum > 0
    -- It is none of a dropped column; `attisdropped` lies further back, which takes a tenth longer.
    AND atttypid <> 0
    AND attrelid IN (SELECT oid FROM described)
  UNION ALL
  -- Another default is another row; hashing its tree would take longer.
  SELECT 'default', count(*), bit_xor(hashoidextended(oid, 0))
  FROM pg_attrdef
  WHERE adrelid IN (SELECT oid FROM described)
  UNION ALL
  SELECT
    'comment', count(*),
    bit_xor(
      hashtextextended(description, hashoidextended(classoid, hashoidextended(objoid,
        hashint4extended(objsubid, 0))))
    )
  FROM pg_description
  WHERE (classoid = 'pg_class'::regclass AND objoid IN (SELECT oid FROM described))
    OR (classoid = 'pg_type'::regclass AND objoid >= 16384)
    OR (
      classoid = 'pg_constraint'::regclass
      AND objoid IN (SELECT oid FROM pg_constraint WHERE conrelid IN (SELECT oid FROM described))
    )
    OR (
      classoid = 'pg_class'::regclass
      AND objsubid = 0
      AND objoid IN (
        SELECT indexrelid
        FROM pg_index
        WHERE indrelid IN (SELECT oid FROM described) AND NOT indisprimary AND NOT indisexclusion
      )
    )
)
SELECT string_agg(concat_ws(' ', part, count, coalesce(hash, 0)), ', ' ORDER BY part)
FROM part
