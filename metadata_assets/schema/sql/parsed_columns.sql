WITH listed AS (
  SELECT
    schema_name, table_name,
    unnest(columns) AS c,
    unnest(generate_series(1, len(columns)))::INTEGER AS ordinal
  FROM parsed
)
SELECT schema_name, table_name, ordinal, c.* FROM listed
