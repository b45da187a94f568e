-- The descriptions of tables, and whether a query must say which partitions it reads.
SELECT table_schema, table_name, option_name, option_value
FROM {place}.INFORMATION_SCHEMA.TABLE_OPTIONS
WHERE option_name IN ('description', 'require_partition_filter')
