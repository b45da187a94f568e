-- Sequences; not where they start: a checkpoint moves that to the current position.
SELECT
  database_name,
  schema_name AS plain_schema_name,
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name)
    AS schema_name,
  sequence_name,
  increment_by
FROM duckdb_sequences()
WHERE database_name IN (SELECT unnest($databases))
