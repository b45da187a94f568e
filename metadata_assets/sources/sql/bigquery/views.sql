-- The queries of views; those of materialized views are in the ddl of TABLES alone.
SELECT table_schema, table_name, view_definition
FROM {place}.INFORMATION_SCHEMA.VIEWS
