SELECT annotated(a.table_fqdn, a.column_name) AS object,
  'it is annotated by ' || coalesce(a.origin, 'somebody') || ', but there is no such table' AS message,
  coalesce('Did you mean ' || arg_max(
    t.table_fqdn, jaro_winkler_similarity(lower(t.table_fqdn), lower(a.table_fqdn))
  ) || '? ', '') || 'Rename the annotation, or remove it.' AS remedy
FROM annotations a LEFT JOIN tables t ON true
WHERE a.table_fqdn NOT IN (SELECT table_fqdn FROM tables)
GROUP BY a.table_fqdn, a.column_name, a.origin
