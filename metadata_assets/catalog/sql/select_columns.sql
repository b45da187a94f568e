-- Columns of the selected tables, numbered from 1 without gaps.
SELECT ordered.* EXCLUDE (preceding) REPLACE (row_number() OVER () - preceding AS ordinal)
FROM (
  SELECT
    c.* EXCLUDE (schema_name, table_name) REPLACE (s.table_fqdn AS table_fqdn),
    s.preceding
  FROM raw c
  JOIN preceded s USING (schema_name, table_name)
  ORDER BY s.place, c.ordinal
) AS ordered
