-- DuckDB: the rows of tables.sql that can be read, with their queries and partitions. Canonical JSON:
-- keys in order, and a merge patch leaves out what is null. The partitions of a history are told with an
-- expression that no statement may name, and with the time at which each ends or is full.
WITH partitioned AS (
  SELECT
    schema_name,
    table_name,
    any_value(method || if(method = 'SYSTEM_TIME', '', coalesce(' (' || expression || ')', '')))
    || coalesce(
      any_value(' SUBPARTITION BY ' || sub_method || coalesce(' (' || sub_expression || ')', ''))
      || ' SUBPARTITIONS ' || count(*) // count(DISTINCT position),
      ''
    ) AS partition_key,
    list(DISTINCT {
      'position': position::INTEGER,
      'bounds': CASE
        WHEN method <> 'SYSTEM_TIME' OR description = 'CURRENT' THEN description ELSE 'HISTORY'
      END,
      'name': partition_name
    }) AS partitions
  FROM partitions
  GROUP BY schema_name, table_name
)
SELECT
  t.schema_name,
  t.table_name,
  CASE
    WHEN t.table_type LIKE '%VIEW' THEN 'view'
    WHEN p.partitions IS NOT NULL THEN 'partitioned_table'
    ELSE 'table'
  END AS object_type,
  CASE WHEN t.table_type NOT LIKE '%VIEW' THEN nullif(t.comment, '') END AS comment,
  nullif(v.definition, '') AS definition,
  t.row_estimate::BIGINT AS row_estimate,
  t.bytes::BIGINT AS bytes,
  nullif(
    json_merge_patch('{}', to_json({
      'algorithm': v.algorithm,
      'check_option': v.check_option,
      'collation': t.collation_name,
      'engine': t.engine,
      'partition_key': p.partition_key,
      'partitions': list_transform(
        list_sort(p.partitions), lambda part: {'bounds': part.bounds, 'name': part.name}
      ),
      'sql_security': v.sql_security,
      'system_versioned': CASE t.table_type WHEN 'SYSTEM VERSIONED' THEN true END
    }))::VARCHAR,
    '{}'
  ) AS properties
FROM tables t
LEFT JOIN views v USING (schema_name, table_name)
LEFT JOIN partitioned p USING (schema_name, table_name)
SEMI JOIN columns USING (schema_name, table_name)
ANTI JOIN partly_shown USING (schema_name, table_name)
WHERE t.engine IS NOT NULL OR t.table_type LIKE '%VIEW'
