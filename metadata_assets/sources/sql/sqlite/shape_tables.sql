-- Run in DuckDB.
SELECT
  'main' AS schema_name,
  t.table_name,
  t.object_type,
  x.definition,
  s.row_estimate::BIGINT AS row_estimate,
  nullif(
    '{' || concat_ws(',',
      '"module":' || to_json(x.module),
      CASE WHEN t.is_strict THEN '"strict":true' END,
      CASE WHEN t.is_without_rowid AND t.object_type = 'table' THEN '"without_rowid":true' END
    ) || '}',
    '{}'
  ) AS properties
FROM tables t
LEFT JOIN relation_texts x USING (table_name)
LEFT JOIN row_estimates s USING (table_name)
WHERE t.table_name NOT IN (SELECT table_name FROM unreadable)
