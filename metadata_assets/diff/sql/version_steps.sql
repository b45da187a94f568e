-- A registration makes a new version unless the schema hash is that of the latest one.
SELECT
  r.table_name,
  l.version AS was,
  CASE
    WHEN l.version IS NULL THEN 1
    WHEN l.schema_hash = r.schema_hash
      AND (l.evolution_type = 'drop_table') = (r.evolution_type = 'drop_table') THEN l.version
    ELSE l.version + 1
  END AS becomes
FROM registrations r
LEFT JOIN latest l ON l.table_name = r.table_name
ORDER BY r.table_name
