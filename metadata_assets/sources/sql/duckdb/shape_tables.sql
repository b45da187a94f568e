-- The rows of tables.sql, without the views that cannot be used.
SELECT * EXCLUDE (statement) FROM tables ANTI JOIN unreadable USING (schema_name, table_name)
