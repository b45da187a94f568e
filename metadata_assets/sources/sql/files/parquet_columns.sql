-- The columns of a Parquet file, from its footer.
SELECT
  column_name AS name,
  -- What DuckDB calls the type of nothing but nulls is no type one can write; integers hold them.
  regexp_replace(column_type, '(^|[ (])"NULL"($|[,)\[])', '\1INTEGER\2', 'g') AS native_type
FROM (DESCRIBE FROM read_parquet($path))
