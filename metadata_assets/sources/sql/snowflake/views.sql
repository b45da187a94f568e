-- The statements that made the views; NULL where the role may not see them.
SELECT table_schema, table_name, view_definition, is_secure
FROM information_schema.views
WHERE table_schema <> 'INFORMATION_SCHEMA'
