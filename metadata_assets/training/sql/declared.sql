-- What people declared, as statements. Of two that say the same, the first by its id is taught.
WITH ruled AS (
-- rules
)
SELECT DISTINCT ON (kind, question, content)
  kind,
  source_id,
  1::INTEGER AS chunk,
  question,
  content,
  NULL::VARCHAR AS catalog_hash,
  NULL::VARCHAR AS business_domain,
  'manual' AS source_type,
  object_type,
  tables,
  'SELECT * FROM delta_scan(''' || lake_table || ''') WHERE source = '''
  || replace(identity.source, '''', '''''') || ''' AND ' || id_column || ' = '''
  || replace(id, '''', '''''') || '''' AS extraction_query
FROM ruled, identity
WHERE content <> ''
ORDER BY source_id
