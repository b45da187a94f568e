-- Each statement with the facts of its object, and the query that finds where it came from. A view,
-- for a table would be a second copy of every text.
CREATE OR REPLACE TEMP VIEW statements AS
SELECT
  s.kind,
  s.source_id,
  s.chunk,
  s.question,
  s.content,
  t.catalog_hash,
  t.business_domain,
  'catalog' AS source_type,
  t.object_type,
  NULL::VARCHAR[] AS tables,
  'SELECT ' || CASE s.kind WHEN 'sql' THEN 'definition FROM delta_scan(''catalog/tables'')'
    ELSE '* FROM delta_scan(''catalog/columns'')' END
  || ' WHERE source = ' || literal(identity.source)
  || ' AND table_fqdn = ' || literal(s.source_id) AS extraction_query
FROM ruled s
JOIN told_objects t ON t.table_fqdn = s.source_id
CROSS JOIN identity;
