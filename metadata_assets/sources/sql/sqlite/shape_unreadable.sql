-- Run in DuckDB: the views and virtual tables that show no columns.
SELECT 'main' AS schema_name, table_name, reason FROM unreadable
