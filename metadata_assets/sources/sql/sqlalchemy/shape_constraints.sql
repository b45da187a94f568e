-- DuckDB: keys and checks; their columns come as JSON arrays.
SELECT
  * REPLACE (
    from_json("columns", '["VARCHAR"]') AS "columns",
    from_json(referenced_columns, '["VARCHAR"]') AS referenced_columns
  )
FROM constraints
