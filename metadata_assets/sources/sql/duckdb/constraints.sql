-- Keys and checks, names as they were written there. DuckDB has foreign keys within one schema only.
SELECT
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name)
    AS schema_name,
  table_name,
  constraint_name,
  CASE constraint_type
    WHEN 'PRIMARY KEY' THEN 'primary_key'
    WHEN 'UNIQUE' THEN 'unique'
    WHEN 'FOREIGN KEY' THEN 'foreign_key'
    ELSE 'check'
  END AS constraint_type,
  constraint_column_names AS columns,
  CASE WHEN referenced_table IS NOT NULL THEN
    if(database_name = current_database(), schema_name, database_name || '.' || schema_name)
  END AS ref_schema_name,
  referenced_table AS ref_table_name,
  CASE WHEN referenced_table IS NOT NULL THEN referenced_column_names END AS referenced_columns,
  expression
FROM duckdb_constraints()
WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY', 'CHECK')
  AND database_name IN (SELECT unnest($databases))
