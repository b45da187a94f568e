-- DuckDB: the tables that are there, and those that only rows about columns tell of. Where several rows
-- are about one table, the newest is taken.
WITH newest AS (
  SELECT *
  FROM tables
  WHERE table_fqdn IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY table_fqdn ORDER BY last_updated_ts DESC NULLS LAST, place::INTEGER DESC
  ) = 1
),
there AS (
  SELECT *
  FROM newest
  WHERE NOT coalesce(regexp_full_match(trim(exists_flag), '(?i)false|f|no|n|0(\.0*)?'), false)
    AND coalesce(upper(trim(object_type)), '') <> 'DELETED'
),
newest_columns AS (
  SELECT table_fqdn, exists_flag
  FROM columns
  WHERE table_fqdn IS NOT NULL AND column_name IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY table_fqdn, column_name ORDER BY profile_timestamp DESC NULLS LAST, place::INTEGER DESC
  ) = 1
),
told AS (
  SELECT * EXCLUDE (place) FROM there
  UNION ALL BY NAME
  SELECT DISTINCT table_fqdn
  FROM newest_columns
  WHERE (SELECT count(*) FROM tables) = 0
    AND NOT coalesce(regexp_full_match(trim(exists_flag), '(?i)false|f|no|n|0(\.0*)?'), false)
)
SELECT
  split_part(t.table_fqdn, chr(31), 1) AS schema_name,
  split_part(t.table_fqdn, chr(31), 2) AS table_name,
  CASE
    WHEN upper(t.object_type) LIKE '%MATERIALIZED%' THEN 'materialized_view'
    WHEN upper(t.object_type) LIKE '%VIEW%' THEN 'view'
    WHEN upper(t.object_type) LIKE '%EXTERNAL%' THEN 'external_table'
    WHEN t.object_type IS NULL AND v.sql_query IS NOT NULL THEN 'view'
    ELSE 'table'
  END AS object_type,
  t.description AS comment,
  t.owner_email AS owner,
  v.sql_query AS definition,
  try_cast(t.row_count AS BIGINT) AS row_estimate,
  t.business_domain,
  t.grain_description,
  t.status
FROM told t
LEFT JOIN (
  SELECT view_name, any_value(sql_query) AS sql_query
  FROM views
  GROUP BY view_name
) v
  ON v.view_name = t.table_fqdn
