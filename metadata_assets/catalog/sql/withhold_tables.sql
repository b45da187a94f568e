-- Tables without the values that private columns may be compared with: in the queries of the views that may
-- tell of them, and in the bounds of partitions.
WITH
-- SQLite takes a name in double quotes that is none for a text.
texts AS (
  SELECT
    t.table_fqdn,
    list_filter(
      regexp_extract_all(t.definition, '[=<>]\s*"([^"]*)"', 1),
      lambda name: NOT list_contains(n.names, lower(name))
    ) AS quoted
  FROM tables t
  SEMI JOIN private_views USING (table_fqdn)
  CROSS JOIN (SELECT list(DISTINCT lower(column_name)) AS names FROM columns) n
)
SELECT t.* REPLACE (
  CASE WHEN q.table_fqdn IS NULL THEN t.definition
    ELSE without_compared(
      list_reduce(
        list_prepend(t.definition, q.quoted),
        lambda text, name: replace(text, '"' || name || '"', '''…''')
      )
    )
  END AS definition,
  CASE WHEN names_one_of(t.properties ->> '$.partition_key', p.names) THEN json_merge_patch(
    t.properties,
    to_json({'partitions': list_transform(
      from_json(t.properties -> '$.partitions', '[{"bounds": "VARCHAR", "name": "VARCHAR"}]'),
      -- Of a hash only how many there are is said.
      lambda part: CASE WHEN starts_with(part.bounds, 'FOR VALUES WITH') THEN part
        ELSE {'bounds': without_values(part.bounds), 'name': part.name} END
    )})
  )::VARCHAR ELSE t.properties END AS properties
)
FROM tables t
LEFT JOIN texts q USING (table_fqdn)
LEFT JOIN private p USING (table_fqdn)
ORDER BY t.table_fqdn
