-- DuckDB: tables and views with their queries, and by what tables are partitioned.
WITH partitioned AS (
  SELECT
    table_schema,
    table_name,
    string_agg(column_name, ', ' ORDER BY partition_ordinal_position::INTEGER) AS partition_key
  FROM columns
  WHERE partition_ordinal_position IS NOT NULL
  GROUP BY table_schema, table_name
)
SELECT
  t.table_schema AS schema_name,
  t.table_name,
  CASE
    WHEN t.table_type IN ('VIEW', 'METRIC_VIEW') THEN 'view'
    WHEN t.table_type = 'MATERIALIZED_VIEW' THEN 'materialized_view'
    WHEN t.table_type = 'FOREIGN' THEN 'foreign_table'
    WHEN t.table_type LIKE 'EXTERNAL%' THEN 'external_table'
    WHEN p.partition_key IS NOT NULL THEN 'partitioned_table'
    ELSE 'table'
  END AS object_type,
  nullif(t.comment, '') AS comment,
  t.table_owner AS owner,
  nullif(v.view_definition, '') AS definition,
  nullif(
    json_merge_patch('{}', to_json({
      'format': nullif(t.data_source_format, 'UNKNOWN_DATA_SOURCE_FORMAT'),
      'kind': CASE
        WHEN t.table_type IN ('STREAMING_TABLE', 'METRIC_VIEW') THEN lower(t.table_type)
      END,
      'partition_key': p.partition_key
    }))::VARCHAR,
    '{}'
  ) AS properties
FROM tables t
LEFT JOIN views v USING (table_schema, table_name)
LEFT JOIN partitioned p USING (table_schema, table_name)
