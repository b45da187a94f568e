-- Columns of indexes, a row each; the name is null where the index has an expression.
SELECT
  l.name AS table_name, i.name AS index_name, i."unique" AS is_unique, i.origin,
  i.partial AS is_partial, x.seqno AS position, x.name AS column_name,
  x."desc" AS is_descending, x.coll AS collation_name
FROM pragma_table_list l
JOIN pragma_index_list(l.name, 'main') i
JOIN pragma_index_xinfo(i.name, 'main') x
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND i.origin <> 'pk' AND x.key
