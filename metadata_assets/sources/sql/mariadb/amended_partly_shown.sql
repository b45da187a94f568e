-- DuckDB: the rows of partly_shown.sql (told), and the tables of which SHOW CREATE was refused.
FROM told
UNION ALL BY NAME
FROM created ANTI JOIN told USING (schema_name, table_name)
