-- DuckDB: the rows of reference_rules.sql (told), and what SHOW CREATE says of keys that are not told.
FROM told
UNION ALL BY NAME
FROM created ANTI JOIN told USING (schema_name, table_name, constraint_name)
