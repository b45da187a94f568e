-- DuckDB: a dictionary tells of no keys.
SELECT NULL AS schema_name, NULL AS table_name, NULL AS constraint_type
WHERE false
