-- Constraints of the common tables that have no equal, name included, on the other side.
WITH b AS (
  SELECT * EXCLUDE (position), row_number() OVER same AS copy
  FROM before_constraints SEMI JOIN common USING (table_fqdn)
  WINDOW same AS (
    PARTITION BY table_fqdn, constraint_type, constraint_name, columns, referenced_table,
      referenced_columns, on_delete, on_update, expression, properties
  )
),
a AS (
  SELECT * EXCLUDE (position), row_number() OVER same AS copy
  FROM after_constraints SEMI JOIN common USING (table_fqdn)
  WINDOW same AS (
    PARTITION BY table_fqdn, constraint_type, constraint_name, columns, referenced_table,
      referenced_columns, on_delete, on_update, expression, properties
  )
)
SELECT true AS was_there, * FROM (FROM b EXCEPT FROM a)
UNION ALL
SELECT false, * FROM (FROM a EXCEPT FROM b)
ORDER BY ALL
