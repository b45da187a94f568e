-- The CREATE statements, which tell what no pragma does.
SELECT type, name, sql
FROM main.sqlite_schema
WHERE type IN ('table', 'view', 'index') AND sql IS NOT NULL
