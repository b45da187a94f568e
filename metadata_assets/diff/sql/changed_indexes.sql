-- Indexes of the common tables that have no equal, name included, on the other side.
SELECT true AS was_there, *
FROM (
  FROM before_indexes SEMI JOIN common USING (table_fqdn)
  EXCEPT
  FROM after_indexes SEMI JOIN common USING (table_fqdn)
)
UNION ALL
SELECT false, *
FROM (
  FROM after_indexes SEMI JOIN common USING (table_fqdn)
  EXCEPT
  FROM before_indexes SEMI JOIN common USING (table_fqdn)
)
ORDER BY ALL
