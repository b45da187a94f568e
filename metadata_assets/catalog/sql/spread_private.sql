-- Columns with those flagged that hold the values of a flagged one: a foreign key's, and those that are
-- computed of it, unless somebody has said that they are none.
WITH RECURSIVE pairs AS (
  SELECT
    table_fqdn, unnest(columns) AS column_name,
    referenced_table, unnest(referenced_columns) AS referenced_column
  FROM constraints
  WHERE constraint_type = 'foreign_key'
  UNION ALL
  SELECT c.table_fqdn, c.column_name, o.table_fqdn, o.column_name
  FROM columns c
  JOIN columns o USING (table_fqdn)
  WHERE c.generated_expr IS NOT NULL AND mentions(c.generated_expr, lower(o.column_name))
),
flagged AS (
  SELECT table_fqdn, column_name FROM columns WHERE pii
  UNION
  SELECT p.table_fqdn, p.column_name
  FROM pairs p
  JOIN flagged f ON f.table_fqdn = p.referenced_table AND f.column_name = p.referenced_column
  JOIN columns c ON c.table_fqdn = p.table_fqdn AND c.column_name = p.column_name AND c.pii IS NULL
)
SELECT c.* REPLACE (CASE WHEN f.column_name IS NOT NULL THEN true ELSE c.pii END AS pii)
FROM columns c
LEFT JOIN flagged f USING (table_fqdn, column_name)
ORDER BY c.table_fqdn, c.ordinal
