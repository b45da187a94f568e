-- DuckDB: columns.
SELECT
  table_schema AS schema_name,
  table_name,
  ordinal_position::INTEGER AS ordinal,
  column_name,
  full_data_type AS native_type,
  is_nullable = 'YES' AS nullable,
  CASE WHEN coalesce(is_generated, 'NEVER') IN ('NEVER', 'NO') THEN column_default END
    AS default_expr,
  CASE WHEN coalesce(is_generated, 'NEVER') NOT IN ('NEVER', 'NO') THEN generation_expression END
    AS generated_expr,
  CASE
    WHEN is_identity = 'YES' AND identity_generation = 'ALWAYS' THEN 'always'
    WHEN is_identity = 'YES' THEN 'by_default'
  END AS identity,
  nullif(comment, '') AS comment
FROM columns
