-- The foreign keys of all tables of SQLite, a row a column. Not of virtual ones: one whose module is not
-- loaded would end it.
SELECT
  m.name AS table_name,
  f.id AS id,
  f."from" AS column_name,
  f."table" AS ref_table_name,
  f.on_delete AS delete_rule,
  f.on_update AS update_rule
FROM main.sqlite_master m
JOIN pragma_foreign_key_list(m.name, 'main') f
WHERE m.type = 'table'
  AND m.sql NOT LIKE 'CREATE VIRTUAL%'
ORDER BY m.name, f.id, f.seq
