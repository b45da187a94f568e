-- The columns of the system's own tables and views: schema, table, column and type, in order.
SELECT c.relnamespace::regnamespace, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  AND c.relkind IN ('r', 'v')
ORDER BY c.relnamespace::regnamespace::TEXT, c.relname, a.attnum
