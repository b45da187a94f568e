-- Constraints of the selected tables, in an order that does not depend on the engine's.
SELECT
  c.* REPLACE (
    s.table_fqdn AS table_fqdn,
    CASE WHEN c.ref_table_name IS NOT NULL THEN fqdn(c.ref_schema_name, c.ref_table_name) END
      AS referenced_table
  )
FROM raw c
JOIN selected s USING (schema_name, table_name)
ORDER BY s.place, c.constraint_type, c.constraint_name, c.columns, c.ref_schema_name,
  c.ref_table_name, c.referenced_columns, c.expression
