-- Views that may tell of private columns: those whose query names a table and one of its private columns,
-- and those on them, where the columns have other names.
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
)
FROM touched
