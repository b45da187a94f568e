-- Views without the texts in a query that names a table and one of its private columns.
SELECT t.* REPLACE (
  CASE WHEN EXISTS (
    FROM private p
    WHERE contains(lower(t.definition), p.table_name) AND names_one_of(t.definition, p.names)
  ) THEN without_texts(t.definition) ELSE t.definition END AS definition
)
FROM tables t
ORDER BY t.table_fqdn
