-- Tables and views of one catalog.
SELECT table_schema, table_name, table_type, table_owner, comment, data_source_format
FROM {catalog}.information_schema.tables
WHERE table_schema <> 'information_schema'
