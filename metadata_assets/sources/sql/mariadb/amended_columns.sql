-- DuckDB: the rows of columns.sql (told), with what SHOW CREATE says of expressions told inexactly.
SELECT
  told.* REPLACE (
    CASE
      WHEN regexp_replace(created.default_expr, '[\x{10000}-\x{10FFFF}]', '????', 'g') = told.default_expr
      THEN created.default_expr
      ELSE told.default_expr
    END AS default_expr,
    CASE
      WHEN regexp_replace(created.generated_expr, '[\x{10000}-\x{10FFFF}]', '????', 'g')
        = told.generated_expr
      THEN created.generated_expr
      ELSE told.generated_expr
    END AS generated_expr
  )
FROM told
LEFT JOIN created USING (schema_name, table_name, column_name)
