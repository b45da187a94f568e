-- Foreign keys, a row a column; "to" is null where the parent's primary key is meant.
SELECT
  l.name AS table_name, f.id, f.seq AS position, f."table" AS parent, f."from" AS column_name,
  f."to" AS parent_column, f.on_delete, f.on_update
FROM pragma_table_list l
JOIN pragma_foreign_key_list(l.name, 'main') f
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
