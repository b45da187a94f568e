-- Not the types that the source itself defines, and so tells what they are.
SELECT column_of(c.table_fqdn, c.column_name) AS object,
  'its type ' || coalesce(nullif(c.native_type, ''), '(none)') || ' is not known' AS message,
  'Queries on it are understood without its type; say in its description what it holds.' AS remedy
FROM columns c
SEMI JOIN unknown_types u ON u.native_type IS NOT DISTINCT FROM c.native_type
WHERE c.base_type IS NULL AND c.allowed_values IS NULL
  AND NOT EXISTS (FROM types t WHERE c.native_type IN (t.type_name, t.type_fqdn))
