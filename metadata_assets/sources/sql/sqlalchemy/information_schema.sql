-- The columns of one schema, as the SQL standard's information_schema tells them. All of its columns:
-- engines have different ones beyond those of the standard. Some name a schema with its catalog.
SELECT *
FROM information_schema.columns
WHERE table_schema = :schema OR CONCAT(table_catalog, '.', table_schema) = :schema
