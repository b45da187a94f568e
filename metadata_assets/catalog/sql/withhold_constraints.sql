-- Checks and exclusions without the values of the private columns they name.
SELECT k.* REPLACE (
  CASE WHEN names_one_of(k.expression, p.names) THEN without_values(k.expression)
    ELSE k.expression END AS expression
)
FROM constraints k
LEFT JOIN private p USING (table_fqdn)
ORDER BY k.table_fqdn, k.position
