-- Index columns, a row each; the name is null where the index has an expression.
SELECT
  l.name AS table_name, i.name AS index_name, i."unique" AS is_unique, i.origin, i.partial,
  x.seqno, x.name AS column_name, s.sql
FROM pragma_table_list l
JOIN pragma_index_list(l.name, 'main') i
JOIN pragma_index_xinfo(i.name, 'main') x
LEFT JOIN main.sqlite_schema s
  ON s.type = 'index' AND s.name = i.name AND (i.partial OR x.name IS NULL)
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND x.key AND i.origin <> 'pk'
