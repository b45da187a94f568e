-- The objects of this batch, with their names as SQL writes them.
CREATE OR REPLACE TEMP TABLE told_objects AS
SELECT
  t.*,
  b.catalog_hash,
  quoted(schema_name) || '.' || quoted(table_name) AS name,
  replace(coalesce(object_type, 'table'), '_', ' ') AS told_type,
  coalesce(object_type IN ('view', 'materialized_view'), false) AS is_view,
  nullif(regexp_replace(definition, '[\s;]+$', ''), '') AS view_query,
  greatest(1, ceil(coalesce(c.width, 0) / 20))::INTEGER AS chunks
FROM tables t
JOIN batch b USING (table_fqdn)
LEFT JOIN (
  SELECT table_fqdn, max(ordinal) AS width FROM columns SEMI JOIN batch USING (table_fqdn) GROUP BY ALL
) c USING (table_fqdn);

-- Each in chunks of 20 columns.
CREATE OR REPLACE TEMP TABLE told_parts AS
SELECT
  *,
  CASE WHEN chunks > 1 THEN
    'Part ' || chunk || ' of ' || chunks || ': columns from ' || (20 * chunk - 19)
    || ', with the columns of their keys.'
  END AS part
FROM (SELECT *, unnest(range(1, chunks + 1))::INTEGER AS chunk FROM told_objects);

-- Personal data gives away no value. An expression that names such a column may hold one.
CREATE OR REPLACE TEMP TABLE private_names AS
SELECT table_fqdn, list(lower(column_name)) AS names
FROM columns
SEMI JOIN batch USING (table_fqdn)
WHERE pii
GROUP BY ALL;

-- Columns as they are told. The allowed values of personal data may hide inside the type too.
CREATE OR REPLACE TEMP TABLE told_columns AS
SELECT
  c.table_fqdn,
  ((c.ordinal - 1) // 20 + 1)::INTEGER AS chunk,
  c.ordinal,
  c.column_name,
  quoted(c.column_name) AS name,
  CASE WHEN c.pii AND c.allowed_values IS NOT NULL THEN split_part(c.native_type, '(', 1)
    ELSE c.native_type END AS type,
  c.base_type,
  NOT coalesce(c.nullable, true) AS required,
  CASE WHEN NOT coalesce(c.pii, false) THEN c.default_expr END AS default_expr,
  CASE WHEN NOT mentions(c.generated_expr, p.names) AND NOT coalesce(c.pii, false)
    THEN c.generated_expr END AS generated_expr,
  c.identity,
  CASE WHEN NOT coalesce(c.pii, false)
    THEN list_transform(c.allowed_values, lambda v: literal(v)) END AS allowed_values,
  CASE WHEN NOT coalesce(c.pii, false) AND c.allowed_values IS NULL
    THEN list_transform(
      s.seen_values,
      lambda v: CASE WHEN regexp_matches(c.native_type, '(?i)char|text|string|date|time')
        OR TRY_CAST(v AS DOUBLE) IS NULL THEN literal(v) ELSE v END
    ) END AS seen_values,
  nullif(c.comment, '') AS comment,
  coalesce(c.pii, false) AS is_private
FROM columns c
SEMI JOIN batch USING (table_fqdn)
LEFT JOIN private_names p USING (table_fqdn)
LEFT JOIN seen s ON s.table_fqdn = c.table_fqdn AND s.column_name = c.column_name;

-- Keys and checks of the batch and the foreign keys towards it, each in its home: the chunk of its
-- first column. Ranked by what they say: a constraint's name says nothing.
CREATE OR REPLACE TEMP TABLE told_constraints AS
WITH homes AS (
  SELECT k.table_fqdn, k.position, min(c.chunk) AS chunk
  FROM constraints k
  JOIN told_objects t ON t.table_fqdn = k.table_fqdn AND t.chunks > 1
  JOIN told_columns c ON c.table_fqdn = k.table_fqdn AND list_contains(k.columns, c.column_name)
  GROUP BY ALL
)
SELECT
  k.table_fqdn,
  coalesce(h.chunk, 1)::INTEGER AS chunk,
  k.position,
  row_number() OVER (
    PARTITION BY k.table_fqdn
    ORDER BY k.constraint_type <> 'primary_key', k.constraint_type <> 'unique', k.constraint_type,
      k.columns, k.referenced_table, k.referenced_columns, k.expression
  ) AS rank,
  k.constraint_type,
  k.columns,
  list_transform(k.columns, lambda c: quoted(c)) AS names,
  k.referenced_table,
  requoted(k.referenced_table) AS referenced_name,
  parent_name(k.referenced_table) AS parent_name,
  list_transform(k.referenced_columns, lambda c: quoted(c)) AS referenced_names,
  k.expression
FROM constraints k
SEMI JOIN objects o ON o.table_fqdn = k.table_fqdn
LEFT JOIN homes h ON h.table_fqdn = k.table_fqdn AND h.position = k.position
LEFT JOIN private_names p ON p.table_fqdn = k.table_fqdn
WHERE CASE
    WHEN k.table_fqdn IN (SELECT table_fqdn FROM batch) THEN
      k.constraint_type IN ('primary_key', 'unique', 'foreign_key')
      OR (k.constraint_type = 'check' AND NOT mentions(k.expression, p.names))
    ELSE
      k.constraint_type = 'foreign_key'
      AND k.referenced_table IN (SELECT table_fqdn FROM batch)
  END;

-- What identifies a row, the primary key or else the first unique constraint, is told everywhere.
INSERT INTO told_constraints BY NAME
WITH row_keys AS (
  SELECT k.table_fqdn, arg_min(k.position, k.rank) AS position, any_value(t.chunks) AS chunks
  FROM told_constraints k
  JOIN told_objects t ON t.table_fqdn = k.table_fqdn AND t.chunks > 1
  WHERE k.constraint_type IN ('primary_key', 'unique')
  GROUP BY k.table_fqdn
),
elsewhere AS (
  SELECT table_fqdn, position, unnest(range(1, chunks + 1))::INTEGER AS chunk FROM row_keys
)
SELECT k.* REPLACE (e.chunk AS chunk)
FROM elsewhere e
JOIN told_constraints k
  ON k.table_fqdn = e.table_fqdn AND k.position = e.position AND k.chunk <> e.chunk;

-- A chunk stands alone: it also tells the columns of its keys that are at home in another one.
INSERT INTO told_columns BY NAME
SELECT DISTINCT c.* REPLACE (k.chunk AS chunk)
FROM told_constraints k
JOIN told_objects t ON t.table_fqdn = k.table_fqdn AND t.chunks > 1
JOIN told_columns c
  ON c.table_fqdn = k.table_fqdn AND c.chunk <> k.chunk AND list_contains(k.columns, c.column_name);
