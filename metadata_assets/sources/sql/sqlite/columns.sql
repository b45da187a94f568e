-- Columns of tables, the generated ones included.
SELECT
  l.name AS table_name, x.cid, x.name AS column_name, x.type, x."notnull" AS not_null, x.dflt_value, x.pk,
  x.hidden
FROM pragma_table_list l
JOIN pragma_table_xinfo(l.name, 'main') x
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
