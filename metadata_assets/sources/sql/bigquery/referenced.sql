-- The tables that the keys of one dataset are of, or for a foreign key refer to.
SELECT DISTINCT constraint_schema, constraint_name, table_schema, table_name
FROM {place}.INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE
