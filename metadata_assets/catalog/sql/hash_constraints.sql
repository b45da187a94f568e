-- What training depends on in the constraints of each table; their names and places are not of it.
SELECT table_fqdn, string_agg(key, '' ORDER BY key) AS body
FROM (
  SELECT
    table_fqdn,
    to_json([
      constraint_type, to_json(columns)::VARCHAR, referenced_table,
      to_json(referenced_columns)::VARCHAR, expression
    ])::VARCHAR AS key
  FROM selected_constraints
)
GROUP BY table_fqdn
