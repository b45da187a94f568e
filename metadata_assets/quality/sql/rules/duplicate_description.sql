-- Two tables, or two columns of one table, that nobody can tell apart. That a key is described alike
-- wherever it appears is well.
SELECT object,
  'its description is also that of ' || array_to_string(
    list_filter(objects, lambda other: other <> object)[:3], ', '
  ) AS message,
  'Say what tells them apart.' AS remedy
FROM (
  SELECT list_sort(list(object)) AS objects, unnest(list(object)) AS object
  FROM described
  WHERE description IS NOT NULL AND NOT is_placeholder(description)
  GROUP BY lower(description), CASE WHEN column_name IS NOT NULL THEN table_fqdn END
  HAVING count(*) > 1
)
