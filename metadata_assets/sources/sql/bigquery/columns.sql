-- Columns of all tables and views, the pseudo-columns of partitions left out.
SELECT
  table_schema,
  table_name,
  column_name,
  ordinal_position,
  is_nullable,
  data_type,
  column_default,
  collation_name,
  is_generated,
  generation_expression,
  is_partitioning_column,
  clustering_ordinal_position
FROM {place}.INFORMATION_SCHEMA.COLUMNS
WHERE is_hidden = 'NO'
