-- Indexes over expressions or part of the rows without the values of the private columns they name.
SELECT i.* REPLACE (
  CASE WHEN names_one_of(i.predicate, p.names) THEN without_values(i.predicate)
    ELSE i.predicate END AS predicate,
  CASE WHEN p.names IS NULL THEN i.columns ELSE list_transform(
    i.columns,
    lambda part: CASE WHEN names_one_of(part, p.names) THEN without_compared(part) ELSE part END
  ) END AS columns
)
FROM indexes i
LEFT JOIN private p USING (table_fqdn)
ORDER BY i.table_fqdn, i.index_name
