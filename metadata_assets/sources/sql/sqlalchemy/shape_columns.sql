-- DuckDB: columns; labels come as a JSON array.
SELECT
  * EXCLUDE (generated) REPLACE (
    ordinal::INTEGER AS ordinal,
    from_json(allowed_values, '["VARCHAR"]') AS allowed_values,
    nullable::BOOLEAN AS nullable
  ),
  '{"generated":"' || generated || '"}' AS properties
FROM columns
