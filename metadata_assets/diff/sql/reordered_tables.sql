-- Tables whose remaining columns stand in another order among themselves.
WITH places AS (
  SELECT b.table_fqdn, b.column_name, b.ordinal AS was, a.ordinal AS now
  FROM before_columns b
  JOIN after_columns a ON a.table_fqdn = b.table_fqdn AND a.column_name = b.column_name
  SEMI JOIN common ON common.table_fqdn = b.table_fqdn
),
moved AS (
  SELECT DISTINCT table_fqdn FROM places WHERE was <> now
),
orders AS (
  SELECT
    table_fqdn,
    list(column_name ORDER BY was) AS before,
    list(column_name ORDER BY now) AS after
  FROM places SEMI JOIN moved USING (table_fqdn)
  GROUP BY table_fqdn
)
FROM orders WHERE before <> after ORDER BY table_fqdn
