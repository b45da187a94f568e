-- Columns without the values that definitions of private ones tell.
SELECT c.* REPLACE (
  CASE WHEN f.column_name IS NOT NULL THEN without_texts(c.native_type) ELSE c.native_type END AS native_type,
  CASE WHEN f.column_name IS NOT NULL THEN without_texts(c.base_type) ELSE c.base_type END AS base_type,
  CASE WHEN f.column_name IS NOT NULL THEN NULL ELSE c.allowed_values END AS allowed_values,
  CASE
    -- MySQL tells a text without quotes, so all is withheld but what is known to be none.
    WHEN f.column_name IS NOT NULL AND NOT regexp_matches(
      c.default_expr,
      '(?i)^\(*(nextval\(.*|[a-z_.]+\(\)|null(::.*)?|current_(timestamp|date|time|user)(\(\d*\))?)\)*$'
    ) THEN '''…'''
    ELSE c.default_expr
  END AS default_expr,
  CASE WHEN f.column_name IS NOT NULL OR names_one_of(c.generated_expr, p.names)
    THEN without_values(c.generated_expr) ELSE c.generated_expr END AS generated_expr
)
FROM columns c
LEFT JOIN private p USING (table_fqdn)
LEFT JOIN flagged f ON f.table_fqdn = c.table_fqdn AND f.column_name = c.column_name
ORDER BY c.table_fqdn, c.ordinal
