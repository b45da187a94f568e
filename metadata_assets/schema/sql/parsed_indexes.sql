WITH listed AS (
  SELECT schema_name, table_name, unnest(indexes) AS i FROM parsed
)
SELECT schema_name, table_name, i.* FROM listed
