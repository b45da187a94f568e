-- The annotations, each with the comment that its database has in its place.
SELECT
  a.* REPLACE (
    CASE
      -- What cannot be read now stays as it was stored, annotated already.
      WHEN a.table_fqdn IN (SELECT object_name FROM unreadable) THEN a.original_description
      WHEN a.column_name IS NULL THEN t.comment
      ELSE c.comment
    END AS original_description
  )
FROM annotations a
LEFT JOIN tables t ON t.table_fqdn = a.table_fqdn
LEFT JOIN columns c ON c.table_fqdn = a.table_fqdn AND c.column_name = a.column_name
ORDER BY a.table_fqdn, a.column_name
