SELECT annotated(a.table_fqdn, a.column_name) AS object,
  'it is annotated by ' || coalesce(a.origin, 'somebody') || ', but its table has no such column'
    AS message,
  coalesce('Did you mean ' || arg_max(
    c.column_name, jaro_winkler_similarity(lower(c.column_name), lower(a.column_name))
  ) || '? ', '') || 'Rename the annotation, or remove it.' AS remedy
FROM annotations a LEFT JOIN columns c ON c.table_fqdn = a.table_fqdn
WHERE a.column_name IS NOT NULL
  AND a.table_fqdn IN (SELECT table_fqdn FROM tables)
  AND NOT EXISTS (
    FROM columns k WHERE k.table_fqdn = a.table_fqdn AND k.column_name = a.column_name
  )
GROUP BY a.table_fqdn, a.column_name, a.origin
