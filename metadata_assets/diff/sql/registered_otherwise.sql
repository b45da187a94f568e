-- The tables whose registered definition is not the present one.
WITH registered AS (
  FROM latest WHERE evolution_type <> 'drop_table'
),
gone AS (
  SELECT r.table_name
  FROM registered r
  ANTI JOIN definitions d ON d.table_name = r.table_name
  ANTI JOIN unreadable u
    ON u.object_name = r.table_name OR starts_with(r.table_name, u.object_name || '.')
)
SELECT p.table_name
FROM definitions p
LEFT JOIN registered r ON r.table_name = p.table_name
WHERE p.content_hash IS DISTINCT FROM r.content_hash
UNION ALL
SELECT table_name FROM gone
ORDER BY table_name
