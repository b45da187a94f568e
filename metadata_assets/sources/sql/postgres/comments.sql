-- Comments on tables and columns; ordinal 0 is the table itself.
SELECT d.objoid AS relation, d.objsubid AS ordinal, d.description AS comment
FROM pg_description d
WHERE d.classoid = 'pg_class'::regclass
  AND d.objoid >= 16384
