-- Comments on columns. Joined to them where they are shaped: the server takes a seventh longer for
-- `columns.sql` if it does that.
SELECT objoid AS relation, objsubid AS ordinal, description AS comment
FROM pg_description
WHERE classoid = 'pg_class'::regclass
  AND objsubid > 0
  AND objoid >= 16384
