-- PostgreSQL: the rows of functions.sql as they are.
SELECT schema_name, function_name, kind
FROM functions
