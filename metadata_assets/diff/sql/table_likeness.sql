-- Dropped and added tables with most columns in common, name and type. Columns that very many of
-- them have (id, created_at) do not make candidates: a table name does, or a rarer column.
WITH b AS (
  SELECT c.table_fqdn, c.column_name, c.native_type
  FROM before_columns c SEMI JOIN dropped d ON d.table_fqdn = c.table_fqdn
),
a AS (
  SELECT c.table_fqdn, c.column_name, c.native_type
  FROM after_columns c SEMI JOIN added d ON d.table_fqdn = c.table_fqdn
),
rare AS (
  SELECT column_name, native_type FROM b GROUP BY ALL HAVING count(*) <= 50
  INTERSECT
  SELECT column_name, native_type FROM a GROUP BY ALL HAVING count(*) <= 50
),
candidates AS (
  SELECT DISTINCT b.table_fqdn AS dropped, a.table_fqdn AS added
  FROM rare JOIN b USING (column_name, native_type) JOIN a USING (column_name, native_type)
  UNION
  SELECT d.table_fqdn, e.table_fqdn
  FROM dropped d JOIN added e USING (table_name)
),
shared AS (
  SELECT k.dropped, k.added, count(*) AS shared
  FROM candidates k
  JOIN b ON b.table_fqdn = k.dropped
  JOIN a ON a.table_fqdn = k.added
    AND a.column_name = b.column_name AND a.native_type = b.native_type
  GROUP BY k.dropped, k.added
),
-- A foreign key of a third table that pointed at the one and points at the other now.
followed AS (
  SELECT DISTINCT p.referenced_table AS dropped, q.referenced_table AS added
  FROM before_constraints p
  JOIN after_constraints q USING (table_fqdn, constraint_type, columns)
  WHERE constraint_type = 'foreign_key' AND p.referenced_table <> q.referenced_table
),
widths AS (
  SELECT table_fqdn, count(*) AS width FROM b GROUP BY table_fqdn
  UNION ALL
  SELECT table_fqdn, count(*) FROM a GROUP BY table_fqdn
)
SELECT
  s.dropped, s.added, s.shared, greatest(v.width, w.width) AS width,
  d.table_name AS was_named, e.table_name AS is_named,
  d.comment IS NOT NULL AND d.comment = e.comment AS has_same_comment,
  -- A few rows are as many by chance.
  coalesce(d.row_estimate > 100 AND d.row_estimate = e.row_estimate, false) AS has_as_many_rows,
  f.dropped IS NOT NULL AS is_followed,
  d.definition IS NULL AND e.definition IS NULL AS has_no_query,
  coalesce(d.definition = e.definition, false) AS has_same_query
FROM shared s
JOIN widths v ON v.table_fqdn = s.dropped
JOIN widths w ON w.table_fqdn = s.added
JOIN dropped d ON d.table_fqdn = s.dropped
JOIN added e ON e.table_fqdn = s.added
LEFT JOIN followed f ON f.dropped = s.dropped AND f.added = s.added
WHERE d.object_type = e.object_type AND s.shared >= 0.7 * greatest(v.width, w.width)
ORDER BY s.dropped, s.added
