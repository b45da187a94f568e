-- The rows of columns.sql, with what only the CREATE TABLE statements tell.
SELECT
  c.* REPLACE (
    -- DuckDB keeps the expression of a generated column as its default.
    CASE WHEN t.generated_expr IS NULL THEN c.default_expr END AS default_expr
  ),
  t.generated_expr,
  t.collation
FROM columns c
LEFT JOIN column_texts t USING (schema_name, table_name, column_name)
