-- Tables, views and virtual tables; shadow tables hold a virtual table's innards and are left out.
SELECT
  name AS table_name,
  CASE type WHEN 'virtual' THEN 'virtual_table' ELSE type END AS object_type,
  wr AS is_without_rowid,
  strict AS is_strict
FROM pragma_table_list
WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
