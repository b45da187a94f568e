-- The whole text of the schema. Not its version number, which a VACUUM raises as well; nor SQLite's
-- own tables, which an ANALYZE creates.
SELECT type, name, tbl_name, sql
FROM main.sqlite_schema
WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY type, name
