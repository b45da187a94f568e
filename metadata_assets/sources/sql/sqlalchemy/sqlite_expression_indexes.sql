-- The indexes of SQLite that are on an expression, a row a part; that of an expression has no name.
SELECT
  m.tbl_name AS table_name,
  m.name AS index_name,
  m.sql AS sql,
  l."unique" AS is_unique,
  x.name AS column_name
FROM main.sqlite_master m
JOIN pragma_index_list(m.tbl_name, 'main') l ON l.name = m.name
JOIN pragma_index_xinfo(m.name, 'main') x
WHERE m.type = 'index'
  AND x.key
  AND EXISTS (SELECT 1 FROM pragma_index_xinfo(m.name, 'main') e WHERE e.key AND e.name IS NULL)
ORDER BY m.tbl_name, m.name, x.seqno
