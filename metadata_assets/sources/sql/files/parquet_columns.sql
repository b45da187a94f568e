-- The columns of a Parquet file, from its footer.
SELECT column_name AS name, column_type AS native_type
FROM (DESCRIBE FROM read_parquet($path))
