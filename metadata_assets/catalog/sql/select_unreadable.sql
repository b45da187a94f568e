-- What could not be read, of the selected tables and of whatever is no table.
SELECT coalesce(r.object_name, s.table_fqdn) AS object_name, r.reason
FROM raw r
LEFT JOIN selected s USING (schema_name, table_name)
WHERE r.table_name IS NULL OR s.table_fqdn IS NOT NULL
ORDER BY ALL
