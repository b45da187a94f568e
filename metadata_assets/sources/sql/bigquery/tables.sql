-- Tables and views of one location of a project. {place} is `project`.`region-…`.
SELECT table_schema, table_name, table_type, ddl
FROM {place}.INFORMATION_SCHEMA.TABLES
