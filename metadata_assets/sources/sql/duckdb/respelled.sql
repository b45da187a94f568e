-- Names of columns that keys, checks and indexes write in another case than their table does, to which
-- they are the same: by the table as it is written there, what it is and what they are called.
WITH written AS (
  SELECT schema_name, table_name, unnest(columns) AS written FROM constraints
  UNION
  SELECT ref_schema_name, ref_table_name, unnest(referenced_columns) FROM constraints
  UNION
  SELECT schema_name, table_name, unnest(columns) FROM indexes
),
other AS (
  SELECT w.*
  FROM written w
  ANTI JOIN columns c
    ON c.schema_name = w.schema_name AND c.table_name = w.table_name AND c.column_name = w.written
)
SELECT
  o.schema_name,
  o.table_name,
  any_value(c.table_name) AS real_table_name,
  map_from_entries(list((o.written, c.column_name))) AS names
FROM other o
JOIN columns c
  ON c.schema_name = o.schema_name
  AND ascii_lower(c.table_name) = ascii_lower(o.table_name)
  AND ascii_lower(c.column_name) = ascii_lower(o.written)
GROUP BY o.schema_name, o.table_name
