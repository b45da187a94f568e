-- One line of `sqlglot_schema` a schema: `"schema": {"table": {"column": "TYPE", …}, …}`.
WITH table_texts AS (
  SELECT
    schema_name,
    table_name,
    to_json(table_name) || ': {'
    || string_agg(to_json(column_name) || ': ' || to_json(sqlglot_type), ', ' ORDER BY ordinal)
    || '}' AS body
  FROM schema_columns
  GROUP BY schema_name, table_name
)
SELECT
  to_json(schema_name) || ': {' || string_agg(body, ', ' ORDER BY table_name) || '}' AS line
FROM table_texts
GROUP BY schema_name
ORDER BY schema_name
