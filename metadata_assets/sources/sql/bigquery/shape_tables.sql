-- DuckDB: tables and views with their queries, and by what tables are partitioned and clustered.
WITH laid_out AS (
  SELECT
    table_schema,
    table_name,
    any_value(column_name) FILTER (is_partitioning_column = 'YES') AS partition_key,
    string_agg(column_name, ', ' ORDER BY clustering_ordinal_position::INTEGER)
      FILTER (clustering_ordinal_position IS NOT NULL) AS clustering_key
  FROM columns
  GROUP BY table_schema, table_name
),
described AS (
  SELECT
    table_schema,
    table_name,
    -- A literal of GoogleSQL, most often one of JSON too.
    any_value(coalesce(try_cast(option_value AS JSON) ->> '$', option_value))
      FILTER (option_name = 'description') AS comment,
    any_value(true) FILTER (option_name = 'require_partition_filter' AND option_value = 'true')
      AS needs_filter
  FROM options
  GROUP BY table_schema, table_name
)
SELECT
  t.table_schema AS schema_name,
  t.table_name,
  CASE t.table_type
    WHEN 'VIEW' THEN 'view'
    WHEN 'MATERIALIZED VIEW' THEN 'materialized_view'
    WHEN 'EXTERNAL' THEN 'external_table'
    ELSE if(l.partition_key IS NULL, 'table', 'partitioned_table')
  END AS object_type,
  nullif(d.comment, '') AS comment,
  CASE WHEN t.table_type LIKE '%VIEW' THEN coalesce(v.view_definition, nullif(t.ddl, '')) END
    AS definition,
  nullif(
    json_merge_patch('{}', to_json({
      'clustering_key': l.clustering_key,
      'kind': CASE WHEN t.table_type IN ('CLONE', 'SNAPSHOT') THEN lower(t.table_type) END,
      'partition_key': l.partition_key,
      'require_partition_filter': d.needs_filter
    }))::VARCHAR,
    '{}'
  ) AS properties
FROM tables t
LEFT JOIN views v USING (table_schema, table_name)
LEFT JOIN laid_out l USING (table_schema, table_name)
LEFT JOIN described d USING (table_schema, table_name)
