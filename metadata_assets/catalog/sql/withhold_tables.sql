-- Views without the values that private columns may be compared with: of those whose query names a table
-- and one of its private columns, and of those on them, where the columns have other names.
WITH RECURSIVE touched AS (
  SELECT DISTINCT t.table_fqdn, lower(t.table_name) AS table_name
  FROM tables t
  JOIN private p ON contains(lower(t.definition), p.table_name)
  WHERE names_one_of(t.definition, p.names)
  UNION
  -- What is compared may be a part of the catalog, without the views in between.
  SELECT table_fqdn, lower(table_name) FROM later WHERE contains(definition, '''…''')
  UNION
  SELECT t.table_fqdn, lower(t.table_name)
  FROM tables t
  JOIN touched o ON contains(lower(t.definition), o.table_name)
),
-- SQLite takes a name in double quotes that is none for a text.
texts AS (
  SELECT
    t.table_fqdn,
    list_filter(
      regexp_extract_all(t.definition, '[=<>]\s*"([^"]*)"', 1),
      lambda name: NOT list_contains(n.names, lower(name))
    ) AS quoted
  FROM tables t
  SEMI JOIN touched USING (table_fqdn)
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
  END AS definition
)
FROM tables t
LEFT JOIN texts q USING (table_fqdn)
ORDER BY t.table_fqdn
