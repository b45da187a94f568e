-- Tables and views of every attached database; its schemas are prefixed with the database's name.
SELECT
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name)
    AS schema_name,
  table_name,
  'table' AS object_type,
  comment,
  NULL AS definition,
  estimated_size AS row_estimate,
  -- Most statements say nothing that no other function does.
  CASE WHEN regexp_matches(sql, ' (GENERATED ALWAYS AS|COLLATE)') THEN sql END AS statement
FROM duckdb_tables()
WHERE database_name IN (SELECT unnest($databases)) AND NOT internal
UNION ALL
SELECT
  if(database_name = current_database(), schema_name, database_name || '.' || schema_name),
  view_name,
  'view',
  comment,
  -- The query alone: names are quoted by doubling, so the head cannot be mistaken for the body.
  regexp_extract(
    sql,
    '^CREATE (?:"(?:[^"]|"")*"|[^"])*?VIEW (?:"(?:[^"]|"")*"|[^\s("])+\s*(?:\((?:"(?:[^"]|"")*"|[^")])*\))?\s*AS\s+(.*?);?\s*$',
    1, 's'
  ),
  NULL,
  NULL
FROM duckdb_views()
WHERE database_name IN (SELECT unnest($databases)) AND NOT internal
