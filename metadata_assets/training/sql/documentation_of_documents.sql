-- A document as it was declared, below its title.
SELECT
  'documentation' AS kind,
  'documentation/' || document_id AS source_id,
  NULL::VARCHAR AS question,
  concat_ws(chr(10), nullif(title, ''), content) AS content,
  'document' AS object_type,
  tables,
  'control/documentation' AS lake_table,
  'document_id' AS id_column,
  document_id AS id
FROM documents
