-- Identity, content hash and Vanna's id of each statement. The namespace is
-- uuid5(NAMESPACE_URL, 'https://metadata-assets/training/records') and must never change.
SELECT
  uuid5(
    '9c9901fa2f545459abda34f4604e82c8',
    field(identity.source) || field(kind) || field(source_id) || field(chunk)
  ) AS record_id,
  kind,
  question,
  content,
  content_hash_of(kind, question, content) AS content_hash,
  vanna_id_of(kind, question, content) AS vanna_id,
  source_id,
  chunk,
  catalog_hash,
  business_domain,
  source_type,
  object_type,
  tables,
  extraction_query
FROM statements, identity
ORDER BY source_id, kind, chunk
