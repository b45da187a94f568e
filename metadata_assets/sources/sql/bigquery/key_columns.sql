-- Columns of the keys of one dataset. {place} is `project`.`dataset`.
SELECT
  constraint_schema,
  constraint_name,
  table_schema,
  table_name,
  column_name,
  ordinal_position,
  position_in_unique_constraint
FROM {place}.INFORMATION_SCHEMA.KEY_COLUMN_USAGE
