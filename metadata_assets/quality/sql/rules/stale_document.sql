SELECT 'document ' || document_id AS object,
  'it is about ' || table_fqdn || ', which is not in the catalog' AS message,
  'Name the table it is about now, or none.' AS remedy
FROM (SELECT document_id, unnest(tables) AS table_fqdn FROM documents)
ANTI JOIN tables USING (table_fqdn)
