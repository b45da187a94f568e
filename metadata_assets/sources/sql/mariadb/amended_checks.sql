-- DuckDB: the rows of checks.sql (told) with what SHOW CREATE says of some: of a check that is told
-- inexactly, and of those that are not told.
SELECT told.* REPLACE (coalesce(created.expression, told.expression) AS expression)
FROM told
LEFT JOIN created
  ON created.schema_name = told.schema_name
  AND created.table_name = told.table_name
  AND created.constraint_name = told.constraint_name
  AND created.level = told.level
  AND regexp_replace(created.expression, '[\x{10000}-\x{10FFFF}]', '????', 'g') = told.expression
UNION ALL BY NAME
SELECT *, 'YES' AS is_enforced
FROM created
ANTI JOIN told USING (schema_name, table_name, constraint_name, level)
