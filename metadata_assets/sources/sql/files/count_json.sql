-- How many records a JSON file has.
SELECT count(*) AS row_count FROM read_json_auto($path, maximum_depth = 1)
