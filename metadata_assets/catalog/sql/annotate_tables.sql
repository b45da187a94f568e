-- What people say of a table stands before what its database says.
SELECT
  t.* REPLACE (
    coalesce(a.description, t.comment) AS comment,
    coalesce(a.business_domain, t.business_domain) AS business_domain,
    coalesce(a.owner, t.owner) AS owner,
    coalesce(a.grain_description, t.grain_description) AS grain_description,
    coalesce(a.status, t.status) AS status
  )
FROM tables t
LEFT JOIN annotations a ON a.table_fqdn = t.table_fqdn AND a.column_name IS NULL
ORDER BY t.table_fqdn
