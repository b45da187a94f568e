-- What columns of low cardinality hold, in order: how often each occurs is no part of what is
-- taught. Not of a column that tells rows apart, and not where a value was cut short.
SELECT table_fqdn, column_name, list_sort(top_values) AS seen_values
FROM profiles
WHERE len(top_values) > 0
  AND coalesce(distinct_count <> row_count, true)
  AND len(list_filter(top_values, lambda v: length(v) >= 100)) = 0
