-- The same of columns; what a table says of personal data holds for columns that say nothing.
SELECT
  c.* REPLACE (
    coalesce(a.description, c.comment) AS comment,
    coalesce(a.pii, t.pii, c.pii) AS pii
  )
FROM columns c
LEFT JOIN annotations a ON a.table_fqdn = c.table_fqdn AND a.column_name = c.column_name
LEFT JOIN annotations t ON t.table_fqdn = c.table_fqdn AND t.column_name IS NULL
ORDER BY c.table_fqdn, c.ordinal
