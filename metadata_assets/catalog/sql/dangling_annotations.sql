-- Annotations of what the catalog does not hold.
SELECT a.table_fqdn, a.column_name, a.origin
FROM annotations a
LEFT JOIN tables t ON t.table_fqdn = a.table_fqdn
LEFT JOIN columns c ON c.table_fqdn = a.table_fqdn AND c.column_name = a.column_name
WHERE t.table_fqdn IS NULL OR (a.column_name IS NOT NULL AND c.column_name IS NULL)
ORDER BY a.table_fqdn, a.column_name
