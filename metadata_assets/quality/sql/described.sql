-- Every table and column that has a description, with what it is called.
CREATE OR REPLACE TEMP TABLE described AS
SELECT table_fqdn, NULL AS column_name, table_name AS name, table_fqdn AS object,
  said(comment) AS description
FROM tables
UNION ALL
SELECT c.table_fqdn, c.column_name, t.table_name || ' ' || c.column_name,
  column_of(c.table_fqdn, c.column_name), said(c.comment)
FROM columns c JOIN tables t USING (table_fqdn);
