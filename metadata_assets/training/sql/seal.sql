-- Identity, content hash and Vanna's id of each statement. The namespace is
-- uuid5(NAMESPACE_URL, 'https://metadata-assets/training/records') and must never change.
-- Vanna's is the nil UUID, the name the sha256 of what it stores; for sql that is a JSON text.
SELECT
  uuid5(
    '9c9901fa2f545459abda34f4604e82c8',
    field(identity.source) || field(kind) || field(source_id) || field(chunk)
  ) AS record_id,
  kind,
  question,
  content,
  sha256(field(kind) || field(question) || field(content)) AS content_hash,
  uuid5(
    '00000000000000000000000000000000',
    sha256(
      CASE WHEN kind = 'sql'
        THEN '{"question": ' || json_text(question) || ', "sql": ' || json_text(content) || '}'
        ELSE content
      END
    )
  ) || CASE kind WHEN 'documentation' THEN '-doc' ELSE '-' || kind END AS vanna_id,
  source_id,
  chunk,
  catalog_hash,
  business_domain,
  object_type,
  extraction_query
FROM statements, identity
ORDER BY source_id, kind, chunk
