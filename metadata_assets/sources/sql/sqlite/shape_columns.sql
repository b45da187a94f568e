-- Run in DuckDB, over the rows of the pragmas and what the statements' text tells.
SELECT
  'main' AS schema_name,
  c.table_name,
  c.ordinal,
  c.column_name,
  c.native_type,
  NOT c.is_not_null AS nullable,
  c.default_expr,
  t.generated_expr,
  CASE WHEN c.key_position = 1 AND a.table_name IS NOT NULL THEN 'auto_increment' END AS identity,
  t.collation,
  CASE c.hidden
    WHEN 1 THEN '{"hidden":true}'
    WHEN 2 THEN '{"generated":"virtual"}'
    WHEN 3 THEN '{"generated":"stored"}'
  END AS properties
FROM columns c
LEFT JOIN column_texts t USING (table_name, column_name)
LEFT JOIN autoincrements a USING (table_name)
