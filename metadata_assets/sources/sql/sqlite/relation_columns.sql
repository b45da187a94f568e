-- Columns of one view or virtual table: apart, for a broken one ends the query it is part of.
SELECT
  :name AS table_name, x.cid, x.name AS column_name, x.type, x."notnull" AS not_null, x.dflt_value, x.pk,
  x.hidden
FROM pragma_table_xinfo(:name, 'main') x
