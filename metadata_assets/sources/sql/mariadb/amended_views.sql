-- DuckDB: the rows of views.sql (told), with what SHOW CREATE says of queries told inexactly.
SELECT told.* REPLACE (coalesce(created.definition, told.definition) AS definition)
FROM told
LEFT JOIN created
  ON created.schema_name = told.schema_name
  AND created.table_name = told.table_name
  AND regexp_replace(created.definition, '[\x{10000}-\x{10FFFF}]', '????', 'g') = told.definition
