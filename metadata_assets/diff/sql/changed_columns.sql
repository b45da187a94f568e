-- Columns of the common tables that differ in anything but their place.
WITH b AS (FROM before_columns SEMI JOIN common USING (table_fqdn)),
a AS (FROM after_columns SEMI JOIN common USING (table_fqdn))
SELECT
  coalesce(b.table_fqdn, a.table_fqdn) AS table_fqdn,
  coalesce(b.column_name, a.column_name) AS column_name,
  b.column_name IS NOT NULL AS was_there,
  a.column_name IS NOT NULL AS is_there,
  b AS before,
  a AS after
FROM b
FULL JOIN a ON a.table_fqdn = b.table_fqdn AND a.column_name = b.column_name
WHERE b.native_type IS DISTINCT FROM a.native_type
  OR b.base_type IS DISTINCT FROM a.base_type
  OR b.allowed_values IS DISTINCT FROM a.allowed_values
  OR b.nullable IS DISTINCT FROM a.nullable
  OR b.default_expr IS DISTINCT FROM a.default_expr
  OR b.generated_expr IS DISTINCT FROM a.generated_expr
  OR b.identity IS DISTINCT FROM a.identity
  OR b."collation" IS DISTINCT FROM a."collation"
  OR b.comment IS DISTINCT FROM a.comment
  OR b.pii IS DISTINCT FROM a.pii
  OR b.properties IS DISTINCT FROM a.properties
ORDER BY table_fqdn, coalesce(a.ordinal, b.ordinal), column_name
