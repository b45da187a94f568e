-- The tables of the previous catalog that stay as they were: listed as unreadable, and either not
-- shown at all now or shown without something that every object of their kind has. (A PostgreSQL
-- table whose rows may not be read shows its whole structure: it is not kept, it is read.)
WITH unreadable_table AS (
  SELECT p.table_fqdn
  FROM previous_tables p
  WHERE p.table_fqdn IN (SELECT object_name FROM unreadable)
    -- A workbook that cannot be read takes its sheets along.
    OR fqdn(
      p.schema_name, left(p.table_name, -1 - length(p.properties::JSON ->> 'sheet'))
    ) IN (SELECT object_name FROM unreadable)
),
incomplete AS (
  SELECT table_fqdn
  FROM tables
  WHERE object_type IN ('view', 'materialized_view') AND definition IS NULL
    OR object_type = 'partitioned_table' AND (properties::JSON ->> 'partition_key') IS NULL
  UNION
  SELECT table_fqdn
  FROM columns
  WHERE (properties::JSON ->> 'generated') IS NOT NULL AND generated_expr IS NULL
  UNION
  SELECT table_fqdn
  FROM constraints
  WHERE constraint_type IN ('check', 'exclusion') AND expression IS NULL
)
SELECT table_fqdn
FROM unreadable_table
WHERE table_fqdn NOT IN (SELECT table_fqdn FROM tables)
  OR table_fqdn IN (SELECT table_fqdn FROM incomplete)
