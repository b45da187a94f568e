-- Columns of the selected tables, each with the place of its table in their order and with the text
-- that its table's hash is made of.
SELECT
  c.* EXCLUDE (schema_name, table_name) REPLACE (s.table_fqdn AS table_fqdn),
  s.place,
  column_text(c) AS body
FROM raw c
JOIN selected s USING (schema_name, table_name)
