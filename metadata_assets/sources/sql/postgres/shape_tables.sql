-- DuckDB: the rows of tables.sql, with what partitions and parents add. Canonical JSON: keys
-- in order, and a merge patch leaves out what is null.
WITH partitioned AS (
  SELECT
    relation,
    sum(row_estimate) FILTER (NOT is_partitioned)::BIGINT AS row_estimate,
    sum(bytes) FILTER (NOT is_partitioned)::BIGINT AS bytes,
    list(
      {'bounds': bounds, 'name': fqdn(schema_name, table_name)} ORDER BY schema_name, table_name
    ) AS partitions
  FROM partitions
  GROUP BY relation
),
inherited AS (
  SELECT relation, list(fqdn(schema_name, table_name) ORDER BY position) AS parents
  FROM parents
  GROUP BY relation
)
SELECT
  t.schema_name,
  t.table_name,
  t.object_type,
  t.comment,
  t.owner,
  regexp_replace(trim(t.definition, E' \n'), ';$', '') AS definition,
  coalesce(t.row_estimate, p.row_estimate) AS row_estimate,
  coalesce(t.bytes, p.bytes) AS bytes,
  nullif(
    json_merge_patch('{}', to_json({
      'extension': t.extension,
      'foreign_server': t.foreign_server,
      'inherits': i.parents,
      'of_type': t.of_type,
      'options': from_json(t.options, '["VARCHAR"]'),
      'partition_key': t.partition_key,
      'partitions': p.partitions,
      'unlogged': t.unlogged
    }))::VARCHAR,
    '{}'
  ) AS properties
FROM tables t
LEFT JOIN partitioned p ON p.relation = t.relation
LEFT JOIN inherited i ON i.relation = t.relation
WHERE t.is_selected AND NOT t.is_locked
