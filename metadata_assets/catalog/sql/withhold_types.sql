-- Types that private columns are of, without the values they allow.
WITH private_types AS (SELECT DISTINCT unnest(types) AS name FROM private)
SELECT t.* REPLACE (
  CASE WHEN p.name IS NOT NULL AND t.labels IS NOT NULL THEN ['…'] ELSE t.labels END AS labels,
  CASE WHEN p.name IS NOT NULL AND t.default_expr IS NOT NULL THEN '''…'''
    ELSE t.default_expr END AS default_expr,
  CASE WHEN p.name IS NOT NULL THEN list_transform(t.checks, lambda c: without_values(c))
    ELSE t.checks END AS checks
)
FROM types t
LEFT JOIN private_types p ON p.name IN (t.type_name, t.type_fqdn)
ORDER BY t.type_fqdn
