-- Columns of tables and views. Types are DuckDB's own text: field names and labels keep their case.
WITH columns AS (
  SELECT *
  FROM duckdb_columns()
  WHERE NOT internal AND database_name IN (SELECT unnest($databases))
),
-- The columns of a view with fewer names than columns may have one name twice: a query shows the
-- second as name_1.
twice AS (
  SELECT
    table_oid, database_name, column_index,
    row_number() OVER (
      PARTITION BY database_name, table_oid, column_name ORDER BY column_index
    ) - 1 AS before
  FROM columns
  WHERE (database_name, table_oid) IN (SELECT (database_name, view_oid) FROM duckdb_views())
  QUALIFY before > 0
)
SELECT
  c.database_name,
  if(c.database_name = current_database(), c.schema_name, c.database_name || '.' || c.schema_name)
    AS schema_name,
  c.table_name,
  c.column_index AS ordinal,
  c.column_name || coalesce('_' || t.before, '') AS column_name,
  c.data_type AS native_type,
  -- Also where it is the element of lists and arrays.
  CASE WHEN c.data_type LIKE 'ENUM(%' THEN
    list_transform(
      regexp_extract_all(c.data_type, '''((?:[^'']|'''')*)''', 1),
      lambda label: replace(label, '''''', '''')
    )
  END AS allowed_values,
  c.is_nullable AS nullable,
  c.column_default AS default_expr,
  -- The parts of the name in nextval('…'), without SQL quotes and identifier quotes.
  CASE WHEN c.column_default LIKE 'nextval(%' THEN
    list_transform(
      regexp_extract_all(
        replace(
          regexp_extract(c.column_default, '^nextval\(''((?:[^'']|'''')*)''\)$', 1), '''''', ''''
        ),
        '"(?:[^"]|"")*"|[^."]+'
      ),
      lambda part: if(part[1] = '"', replace(part[2:-2], '""', '"'), part)
    )
  END AS next_of,
  c.comment
FROM columns c
LEFT JOIN twice t USING (database_name, table_oid, column_index)
