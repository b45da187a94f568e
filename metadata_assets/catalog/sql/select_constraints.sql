-- Constraints of the selected tables, numbered in an order that does not depend on the engine's.
SELECT ordered.* EXCLUDE (preceding) REPLACE (row_number() OVER () - preceding AS position)
FROM (
  SELECT
    c.* REPLACE (
      s.table_fqdn AS table_fqdn,
      CASE WHEN c.ref_table_name IS NOT NULL THEN fqdn(c.ref_schema_name, c.ref_table_name) END
        AS referenced_table
    ),
    s.preceding
  FROM raw c
  JOIN preceded s USING (schema_name, table_name)
  ORDER BY s.place, c.constraint_type, c.constraint_name, c.columns, c.ref_schema_name,
    c.ref_table_name, c.referenced_columns, c.expression
) AS ordered
