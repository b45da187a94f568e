-- The columns of one user of Oracle.
SELECT
  table_name AS table_name,
  column_name AS column_name,
  column_id AS ordinal_position,
  data_type AS data_type,
  nullable AS is_nullable,
  NULL AS column_default
FROM all_tab_columns
WHERE owner = upper(:schema)
