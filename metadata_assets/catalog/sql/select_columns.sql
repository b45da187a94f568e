-- Columns of the selected tables, numbered from 1 without gaps: all are numbered in their order, less
-- how many precede their table (half the time of numbering each table's).
WITH counted AS (
  SELECT schema_name, table_name, count(*) AS columns
  FROM raw
  GROUP BY ALL
),
preceded AS (
  SELECT s.*, sum(n.columns) OVER (ORDER BY s.place) - n.columns AS preceding
  FROM selected s
  JOIN counted n USING (schema_name, table_name)
)
SELECT ordered.* EXCLUDE (preceding) REPLACE (row_number() OVER () - preceding AS ordinal)
FROM (
  SELECT
    c.* EXCLUDE (schema_name, table_name) REPLACE (s.table_fqdn AS table_fqdn),
    s.preceding
  FROM raw c
  JOIN preceded s USING (schema_name, table_name)
  ORDER BY s.place, c.ordinal
) AS ordered
