-- The descriptions of columns, and of fields within them.
SELECT table_schema, table_name, column_name, field_path, description
FROM {place}.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS
WHERE description IS NOT NULL
