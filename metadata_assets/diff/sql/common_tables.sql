-- The tables whose columns and keys can be compared: those of both sides. (One whose rows may not be
-- read is among them: a catalog never holds a part of a structure, see `catalog.unreadable`.)
SELECT b.table_fqdn
FROM before_tables b
SEMI JOIN after_tables a ON a.table_fqdn = b.table_fqdn
