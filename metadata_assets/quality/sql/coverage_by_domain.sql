SELECT
  business_domain,
  count(*) FILTER (column_name IS NULL AND queries > 0) AS tables_covered,
  count(*) FILTER (column_name IS NULL) AS total_tables,
  count(*) FILTER (column_name IS NOT NULL AND queries > 0) AS columns_covered,
  count(*) FILTER (column_name IS NOT NULL) AS total_columns
FROM covered
GROUP BY business_domain
ORDER BY business_domain NULLS LAST
