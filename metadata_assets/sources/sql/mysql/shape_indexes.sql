-- DuckDB: indexes that are no constraint, a prefix behind its column; what is told as that of a spatial
-- one is the size of a box.
WITH keys AS (
  SELECT
    schema_name,
    table_name,
    index_name,
    any_value(method) AS method,
    bool_and(non_unique = '0') AS is_unique,
    bool_and(prefix IS NULL AND column_name IS NOT NULL) AS has_whole_columns,
    list(
      coalesce(column_name, expression)
      || CASE WHEN prefix IS NULL OR method = 'SPATIAL' THEN '' ELSE '(' || prefix || ')' END
      ORDER BY position::INTEGER
    ) AS columns,
    nullif(
      json_merge_patch('{}', to_json({
        'parts': CASE
          WHEN bool_or(direction = 'D')
          THEN list(if(direction = 'D', 'DESC', '') ORDER BY position::INTEGER)
        END,
        'visibility': any_value(visibility)
      }))::VARCHAR,
      '{}'
    ) AS properties
  FROM index_parts
  GROUP BY schema_name, table_name, index_name
)
SELECT schema_name, table_name, index_name, columns, is_unique, lower(method) AS method,
  properties
FROM keys
WHERE index_name <> 'PRIMARY' AND NOT (is_unique AND has_whole_columns)
