-- DuckDB: indexes; their parts come as JSON arrays.
SELECT
  * REPLACE (
    from_json("columns", '["VARCHAR"]') AS "columns",
    is_unique::BOOLEAN AS is_unique
  )
FROM indexes
