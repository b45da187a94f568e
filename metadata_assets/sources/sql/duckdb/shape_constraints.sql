-- The rows of constraints.sql, with names as the tables have them.
WITH named AS (
  SELECT c.* REPLACE (
    list_transform(c.columns, lambda name: coalesce(own.names[name], name)) AS columns,
    coalesce(parent.real_table_name, c.ref_table_name) AS ref_table_name,
    list_transform(c.referenced_columns, lambda name: coalesce(parent.names[name], name))
      AS referenced_columns
  )
  FROM constraints c
  LEFT JOIN respelled own ON own.schema_name = c.schema_name AND own.table_name = c.table_name
  LEFT JOIN respelled parent
    ON parent.schema_name = c.ref_schema_name AND parent.table_name = c.ref_table_name
)
SELECT * REPLACE (
  -- A check lists a column once per mention.
  list_filter(columns, lambda name, i: list_position(columns, name) = i) AS columns
)
FROM named
