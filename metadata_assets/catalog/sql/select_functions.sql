-- Functions, each name and kind once, with its FQDN.
SELECT DISTINCT f.* REPLACE (fqdn(schema_name, function_name) AS function_fqdn)
FROM raw f
ORDER BY function_fqdn, kind
