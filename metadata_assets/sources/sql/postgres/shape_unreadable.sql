-- DuckDB: the tables whose rows we may not read, and those that cannot be described now.
SELECT
  schema_name,
  table_name,
  CASE
    WHEN is_locked
    THEN 'another session holds or awaits an ACCESS EXCLUSIVE lock on it, or has just dropped it'
    ELSE 'the user lacks SELECT on it, or USAGE on its schema'
  END AS reason
FROM tables
WHERE is_selected AND (is_locked OR lacks_privilege)
