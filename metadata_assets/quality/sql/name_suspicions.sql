-- The columns of which nobody says whether they hold personal data, by what their names give away.
SELECT DISTINCT ON (c.table_fqdn, c.column_name)
  c.table_fqdn, c.column_name, r.kind, r.confidence, 'by its name' AS reason
FROM columns c
JOIN tables t USING (table_fqdn)
JOIN name_rules r
  ON regexp_matches(snake(c.column_name), r.names)
  AND regexp_matches(lower(coalesce(c.base_type, c.native_type, '')), r.types)
  AND regexp_matches(snake(t.table_name), r.tables)
WHERE c.pii IS NULL
ORDER BY c.table_fqdn, c.column_name, r.confidence DESC, r.kind
