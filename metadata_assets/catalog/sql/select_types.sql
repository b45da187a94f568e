-- User-defined types, each with its FQDN.
SELECT t.* REPLACE (fqdn(schema_name, type_name) AS type_fqdn)
FROM raw t
ORDER BY type_fqdn
