-- The whole text of the schema. Not its version number, which a VACUUM raises as well.
SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY type, name
