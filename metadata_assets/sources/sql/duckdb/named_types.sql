-- The names given to types other than enums.
SELECT database_name, schema_name, type_name
FROM duckdb_types()
WHERE database_name IN (SELECT unnest($databases)) AND NOT internal AND logical_type <> 'ENUM'
ORDER BY ALL
