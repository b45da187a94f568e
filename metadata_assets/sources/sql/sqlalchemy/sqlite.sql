-- The columns of all tables of SQLite, in its one schema. Not of views: a broken one would end it.
SELECT
  m.name AS table_name,
  p.name AS column_name,
  p.cid + 1 AS ordinal_position,
  p.type AS data_type,
  CASE WHEN p."notnull" THEN 'NO' ELSE 'YES' END AS is_nullable,
  p.dflt_value AS column_default
FROM sqlite_master m
JOIN pragma_table_xinfo(m.name) p
WHERE m.type = 'table' AND p.hidden <> 1
