-- The rows of columns.sql, with what only the CREATE TABLE statements tell, and their sequences.
WITH counted AS (
  SELECT *, ascii_lower(coalesce(next_of[-2], database_name)) AS next_within
  FROM columns
  WHERE len(next_of) > 0
),
-- A name without a schema, whether or not it tells the database, is looked for in that of the table,
-- then in `main`.
sequence_of AS (
  SELECT
    c.schema_name,
    c.table_name,
    c.column_name,
    arg_min(
      to_json({
        'sequence': {'increment': s.increment_by, 'name': s.schema_name || '.' || s.sequence_name}
      })::VARCHAR,
      CASE
        WHEN c.next_within = ascii_lower(s.plain_schema_name) THEN 1
        WHEN s.schema_name = c.schema_name THEN 2
        ELSE 3
      END
    ) AS properties
  FROM counted c
  JOIN sequences s
    ON s.database_name = c.database_name
    AND ascii_lower(s.sequence_name) = ascii_lower(c.next_of[-1])
  WHERE c.next_within = ascii_lower(s.plain_schema_name)
    OR c.next_within = ascii_lower(c.database_name)
    AND (s.schema_name = c.schema_name OR s.plain_schema_name = 'main')
  GROUP BY ALL
)
SELECT
  c.* EXCLUDE (database_name, next_of) REPLACE (
    -- DuckDB keeps the expression of a generated column as its default.
    CASE WHEN t.generated_expr IS NULL THEN c.default_expr END AS default_expr
  ),
  t.generated_expr,
  t.collation,
  s.properties
FROM columns c
LEFT JOIN column_texts t USING (schema_name, table_name, column_name)
LEFT JOIN sequence_of s USING (schema_name, table_name, column_name)
