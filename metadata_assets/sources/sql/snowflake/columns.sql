-- Columns of all tables and views. All that is told of them: editions differ in it.
SELECT *
FROM information_schema.columns
WHERE table_schema <> 'INFORMATION_SCHEMA'
