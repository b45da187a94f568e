-- The columns of a JSON file, from a sample of its records.
SELECT
  column_name AS name,
  -- What DuckDB calls the type of nothing but nulls is no type one can write.
  regexp_replace(column_type, '(^|[ (])"NULL"($|[,)\[])', '\1JSON\2', 'g') AS native_type
FROM (DESCRIBE FROM read_json_auto($path, maximum_depth = $depth, map_inference_threshold = $map_threshold))
