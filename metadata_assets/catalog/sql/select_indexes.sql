-- Indexes of the selected tables.
SELECT i.* REPLACE (s.table_fqdn AS table_fqdn)
FROM raw i
JOIN selected s USING (schema_name, table_name)
ORDER BY s.place, i.index_name
