-- Columns of the selected tables, numbered from 1 without gaps.
SELECT
  c.* EXCLUDE (schema_name, table_name) REPLACE (
    s.table_fqdn AS table_fqdn,
    row_number() OVER (PARTITION BY s.place ORDER BY c.ordinal) AS ordinal
  )
FROM raw c
JOIN selected s USING (schema_name, table_name)
ORDER BY s.place, c.ordinal
