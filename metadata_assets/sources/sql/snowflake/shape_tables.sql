-- DuckDB: tables and views with their queries.
SELECT
  table_schema AS schema_name,
  table_name,
  CASE t.table_type
    WHEN 'MATERIALIZED VIEW' THEN 'materialized_view'
    WHEN 'EXTERNAL TABLE' THEN 'external_table'
    WHEN 'VIEW' THEN 'view'
    ELSE if(t.table_type IS NULL, 'view', 'table')
  END AS object_type,
  nullif(t.comment, '') AS comment,
  t.table_owner AS owner,
  nullif(v.view_definition, '') AS definition,
  t.row_count::BIGINT AS row_estimate,
  t.bytes::BIGINT AS bytes,
  nullif(
    json_merge_patch('{}', to_json({
      'clustering_key': t.clustering_key,
      'dynamic': CASE t.is_dynamic WHEN 'YES' THEN true END,
      'iceberg': CASE t.is_iceberg WHEN 'YES' THEN true END,
      'secure': CASE v.is_secure WHEN 'YES' THEN true END,
      'transient': CASE t.is_transient WHEN 'YES' THEN true END
    }))::VARCHAR,
    '{}'
  ) AS properties
FROM tables t
-- Both: not every edition lists views as tables too.
FULL JOIN views v USING (table_schema, table_name)
