-- Columns of the selected tables in their order, each with the text that its table's hash is made of.
SELECT
  c.* EXCLUDE (schema_name, table_name) REPLACE (s.table_fqdn AS table_fqdn),
  column_text(c) AS body
FROM raw c
JOIN selected s USING (schema_name, table_name)
ORDER BY s.place, c.ordinal
