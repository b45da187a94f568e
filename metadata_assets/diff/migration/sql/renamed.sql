-- The parts of a catalog under later names. A query is appended that takes one of them.
CREATE OR REPLACE TEMP MACRO renamed_in(properties, key, names) AS
  CASE
    WHEN names IS NULL OR json_extract(properties, '$.' || key) IS NULL THEN properties
    ELSE json_merge_patch(
      properties,
      json_object(key, list_transform(
        from_json(json_extract(properties, '$.' || key), '["VARCHAR"]'),
        lambda name: coalesce(names[name], name)
      ))
    )::VARCHAR
  END;

WITH named AS (
  SELECT t.table_fqdn, coalesce(r.becomes, t.table_fqdn) AS becomes
  FROM tables t LEFT JOIN renamed_tables r ON r.was = t.table_fqdn
),
tables_now AS (
  SELECT t.* REPLACE (
    coalesce(r.becomes_schema, t.schema_name) AS schema_name,
    coalesce(r.becomes_name, t.table_name) AS table_name,
    coalesce(r.becomes, t.table_fqdn) AS table_fqdn
  )
  FROM tables t LEFT JOIN renamed_tables r ON r.was = t.table_fqdn
),
columns_now AS (
  SELECT c.* REPLACE (
    n.becomes AS table_fqdn,
    coalesce(r.becomes, c.column_name) AS column_name
  )
  FROM columns c
  JOIN named n ON n.table_fqdn = c.table_fqdn
  LEFT JOIN renamed_columns r ON r.table_fqdn = c.table_fqdn AND r.was = c.column_name
),
column_names AS (
  SELECT table_fqdn, map_from_entries(list((was, becomes))) AS names
  FROM renamed_columns GROUP BY table_fqdn
),
constraints_now AS (
  SELECT k.* REPLACE (
    n.becomes AS table_fqdn,
    list_transform(k.columns, lambda name: coalesce(m.names[name], name)) AS columns,
    -- The check that MariaDB keeps with a column goes when that is modified, not by its name.
    CASE WHEN k.constraint_type = 'check' AND k.columns = [k.constraint_name]
      THEN coalesce(m.names[k.constraint_name], k.constraint_name) ELSE k.constraint_name
    END AS constraint_name,
    coalesce(p.becomes, k.referenced_table) AS referenced_table,
    list_transform(k.referenced_columns, lambda name: coalesce(f.names[name], name))
      AS referenced_columns,
    renamed_in(renamed_in(k.properties, 'delete_columns', m.names), 'include', m.names) AS properties
  )
  FROM constraints k
  JOIN named n ON n.table_fqdn = k.table_fqdn
  LEFT JOIN named p ON p.table_fqdn = k.referenced_table
  LEFT JOIN column_names m ON m.table_fqdn = k.table_fqdn
  LEFT JOIN column_names f ON f.table_fqdn = k.referenced_table
),
indexes_now AS (
  SELECT i.* REPLACE (
    n.becomes AS table_fqdn,
    list_transform(i.columns, lambda name: coalesce(m.names[name], name)) AS columns,
    renamed_in(i.properties, 'include', m.names) AS properties
  )
  FROM indexes i
  JOIN named n ON n.table_fqdn = i.table_fqdn
  LEFT JOIN column_names m ON m.table_fqdn = i.table_fqdn
)
