-- Run in DuckDB: the views and virtual tables that cannot be used.
SELECT 'main' AS schema_name, table_name, reason FROM unreadable
