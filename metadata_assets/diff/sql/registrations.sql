-- What to register of the changed tables; one without a definition is gone.
SELECT
  s.table_name,
  coalesce(d.schema_definition, '{}') AS schema_definition,
  coalesce(d.schema_hash, sha256('{}')) AS schema_hash,
  coalesce(d.content_hash, sha256('{}')) AS content_hash,
  s.evolution_type,
  s.compatibility_status
FROM steps s
LEFT JOIN definitions d ON d.table_name = s.table_name
ORDER BY s.table_name
