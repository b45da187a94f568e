-- Tables and views of the session's database.
SELECT *
FROM information_schema.tables
WHERE table_schema <> 'INFORMATION_SCHEMA'
