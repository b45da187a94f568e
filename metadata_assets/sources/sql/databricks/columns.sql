-- Columns of all tables and views. All that is told of them: runtimes differ in it.
SELECT *
FROM {catalog}.information_schema.columns
WHERE table_schema <> 'information_schema'
