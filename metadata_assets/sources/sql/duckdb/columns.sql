-- Columns of tables and views. Types are DuckDB's own text: field names and labels keep their case.
WITH sequences AS (
  SELECT
    database_name,
    schema_name,
    sequence_name,
    -- Not where it starts: a checkpoint moves that to the current position.
    to_json({
      'sequence': {'increment': increment_by, 'name': schema_name || '.' || sequence_name}
    })::VARCHAR AS properties
  FROM duckdb_sequences()
  WHERE database_name IN (SELECT unnest($databases))
),
columns AS (
  SELECT
    *,
    -- The parts of the name in nextval('…'), without SQL quotes and identifier quotes.
    list_transform(
      regexp_extract_all(
        replace(
          regexp_extract(column_default, '^nextval\(''((?:[^'']|'''')*)''\)$', 1), '''''', ''''
        ),
        '"(?:[^"]|"")*"|[^."]+'
      ),
      lambda part: lower(if(part[1] = '"', replace(part[2:-2], '""', '"'), part))
    ) AS next_of
  FROM duckdb_columns()
  WHERE NOT internal AND database_name IN (SELECT unnest($databases))
)
SELECT
  if(c.database_name = current_database(), c.schema_name, c.database_name || '.' || c.schema_name)
    AS schema_name,
  c.table_name,
  c.column_index AS ordinal,
  c.column_name,
  c.data_type AS native_type,
  CASE WHEN c.data_type LIKE 'ENUM(%)' THEN
    list_transform(
      regexp_extract_all(c.data_type, '''((?:[^'']|'''')*)''', 1),
      lambda label: replace(label, '''''', '''')
    )
  END AS allowed_values,
  c.is_nullable AS nullable,
  c.column_default AS default_expr,
  c.comment,
  s.properties
FROM columns c
LEFT JOIN sequences s
  ON s.database_name = c.database_name
  AND lower(s.sequence_name) = c.next_of[-1]
  AND lower(s.schema_name) = coalesce(c.next_of[-2], 'main')
