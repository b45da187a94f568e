-- Indexes made by CREATE INDEX; those that serve a key are not listed by DuckDB.
SELECT
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name)
    AS schema_name,
  table_name,
  index_name,
  -- Names as they were written there.
  list_transform(
    expressions::VARCHAR[],
    lambda part: if(
      regexp_full_match(part, '"(?:[^"]|"")*"'), replace(part[2:-2], '""', '"'), part
    )
  ) AS columns,
  is_unique,
  coalesce(
    nullif(
      regexp_extract(
        regexp_replace(sql, '"(?:[^"]|"")*"', '', 'g'), '\sUSING\s+(\w+)\s*\(', 1
      ),
      ''
    ),
    'ART'
  ) AS method
FROM duckdb_indexes()
WHERE database_name IN (SELECT unnest($databases))
