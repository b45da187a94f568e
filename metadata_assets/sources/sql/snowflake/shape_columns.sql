-- DuckDB: columns, their types as DESCRIBE TABLE prints them.
SELECT
  table_schema AS schema_name,
  table_name,
  ordinal_position::INTEGER AS ordinal,
  column_name,
  CASE
    WHEN data_type = 'TEXT' THEN 'VARCHAR' || coalesce('(' || character_maximum_length || ')', '')
    WHEN data_type = 'BINARY' THEN data_type || coalesce('(' || character_maximum_length || ')', '')
    WHEN data_type = 'NUMBER'
    THEN data_type || coalesce('(' || numeric_precision || ',' || numeric_scale || ')', '')
    WHEN data_type = 'TIME' OR data_type LIKE 'TIMESTAMP%'
    THEN data_type || coalesce('(' || datetime_precision || ')', '')
    ELSE data_type
  END AS native_type,
  is_nullable = 'YES' AS nullable,
  -- An identity shows the sequence behind it as its default.
  CASE WHEN coalesce(is_identity, 'NO') = 'NO' THEN column_default END AS default_expr,
  CASE
    WHEN is_identity = 'YES' AND identity_generation = 'ALWAYS' THEN 'always'
    WHEN is_identity = 'YES' THEN 'by_default'
  END AS identity,
  collation_name AS collation,
  nullif(comment, '') AS comment
FROM columns
