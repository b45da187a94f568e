-- The user-defined types each table's columns are of, also as elements of arrays. The engine may
-- print a type with or without its schema and quotes.
WITH native AS (
  SELECT DISTINCT
    native_type,
    replace(regexp_replace(native_type, '(\[\d*\])+$', ''), '"', '') AS type_name
  FROM columns
),
named AS (
  SELECT n.native_type, y.type_fqdn
  FROM native n JOIN types y ON n.type_name = y.schema_name || '.' || y.type_name
  UNION
  SELECT n.native_type, y.type_fqdn
  FROM native n JOIN types y ON n.type_name = y.type_name
)
SELECT DISTINCT c.table_fqdn, n.type_fqdn
FROM columns c JOIN named n USING (native_type)
