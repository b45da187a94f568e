-- The tables whose columns and keys can be compared: read in full on both sides.
SELECT b.table_fqdn
FROM before_tables b
SEMI JOIN after_tables a ON a.table_fqdn = b.table_fqdn
ANTI JOIN unreadable u ON u.object_name = b.table_fqdn
