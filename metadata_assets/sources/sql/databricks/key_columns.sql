-- Columns of keys.
SELECT
  constraint_catalog,
  constraint_schema,
  constraint_name,
  table_schema,
  table_name,
  column_name,
  ordinal_position,
  position_in_unique_constraint
FROM {catalog}.information_schema.key_column_usage
