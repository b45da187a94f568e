SELECT column_of(table_fqdn, column_name) AS object,
  'it looks like personal data (' || kind || ', ' || round(100 * confidence)::INTEGER
    || ' % sure: ' || reason || '), and nobody says whether it is' AS message,
  'Annotate it with `pii: true` or `pii: false`, or run `metadata-assets quality pii --apply`.' AS remedy
FROM suspected
