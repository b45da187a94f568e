-- The foreign keys of one database of MySQL or MariaDB, a row a column.
SELECT
  k.table_name AS table_name,
  k.constraint_name AS constraint_name,
  k.column_name AS column_name,
  k.referenced_table_schema AS ref_schema_name,
  k.referenced_table_name AS ref_table_name,
  k.referenced_column_name AS ref_column_name,
  r.delete_rule AS delete_rule,
  r.update_rule AS update_rule
FROM information_schema.key_column_usage k
JOIN information_schema.referential_constraints r
  ON r.constraint_schema = k.constraint_schema
  AND r.table_name = k.table_name
  AND r.constraint_name = k.constraint_name
WHERE k.table_schema = :schema
  AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position
