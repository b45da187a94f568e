-- Tables, views and virtual tables; shadow tables hold a virtual table's innards and are left out.
SELECT
  l.name AS table_name,
  CASE l.type WHEN 'virtual' THEN 'virtual_table' ELSE l.type END AS object_type,
  l.wr AS without_rowid,
  l.strict,
  -- Most statements say nothing that the pragmas do not.
  CASE
    WHEN l.type <> 'table' OR s.sql LIKE '%AS%(%' OR s.sql LIKE '%CHECK%' OR s.sql LIKE '%COLLATE%'
      OR s.sql LIKE '%AUTOINCREMENT%'
    THEN s.sql
  END AS sql
FROM pragma_table_list l
JOIN main.sqlite_schema s ON s.name = l.name AND s.type IN ('table', 'view')
WHERE l.schema = 'main' AND l.type <> 'shadow' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
