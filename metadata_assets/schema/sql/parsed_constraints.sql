-- The referenced table comes back from its FQDN, whose parts are quoted where they hold a dot.
WITH listed AS (
  SELECT schema_name, table_name, unnest(constraints) AS c FROM parsed
)
SELECT
  schema_name, table_name, c.*,
  name_part(c.referenced_table, 1) AS ref_schema_name,
  name_part(c.referenced_table, 2) AS ref_table_name
FROM listed
