-- One hash over everything the other queries show, row estimates and sequence positions aside.
-- What named types stand for, and which views are broken, is not in the catalog functions:
-- $base_types and $broken tell it.
WITH parts AS (
  -- The text of a table holds its columns, types, defaults and constraints.
  SELECT md5(row(database_name, schema_name, table_name, comment, sql)::VARCHAR) AS part
  FROM duckdb_tables()
  WHERE database_name IN (SELECT unnest($databases)) AND NOT internal
  UNION ALL
  SELECT md5(row(database_name, schema_name, view_name, comment, sql)::VARCHAR)
  FROM duckdb_views()
  WHERE database_name IN (SELECT unnest($databases)) AND NOT internal
  UNION ALL
  -- It lacks the comments of its columns, and that of a view the types.
  SELECT md5(row(database_name, schema_name, table_name, column_name, data_type, comment)::VARCHAR)
  FROM duckdb_columns()
  WHERE database_name IN (SELECT unnest($databases)) AND NOT internal
    AND (comment IS NOT NULL OR table_oid IN (SELECT view_oid FROM duckdb_views()))
  UNION ALL
  SELECT md5(row(database_name, schema_name, table_name, sql)::VARCHAR)
  FROM duckdb_indexes()
  WHERE database_name IN (SELECT unnest($databases))
  UNION ALL
  SELECT md5(row(database_name, schema_name, type_name, labels, comment)::VARCHAR)
  FROM duckdb_types()
  WHERE database_name IN (SELECT unnest($databases)) AND NOT internal
  UNION ALL
  SELECT DISTINCT md5(row(database_name, schema_name, function_name, function_type)::VARCHAR)
  FROM duckdb_functions()
  WHERE database_name IN (SELECT unnest($databases)) AND NOT internal
    AND function_type IN ('macro', 'table_macro')
  UNION ALL
  SELECT md5(row($base_types, $broken)::VARCHAR)
  UNION ALL
  SELECT md5(row(database_name, schema_name, sequence_name, increment_by)::VARCHAR)
  FROM duckdb_sequences()
  WHERE database_name IN (SELECT unnest($databases))
)
SELECT sha256(string_agg(part, '' ORDER BY part)) AS fingerprint FROM parts
