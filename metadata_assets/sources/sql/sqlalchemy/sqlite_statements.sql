-- The CREATE statements of the tables of SQLite.
SELECT name AS table_name, sql AS sql
FROM main.sqlite_master
WHERE type = 'table' AND sql IS NOT NULL
