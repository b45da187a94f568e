-- The CREATE statements that may tell what no pragma does; those of most tables do not.
SELECT type, name, sql
FROM main.sqlite_schema
WHERE type IN ('view', 'index')
  OR (
    type = 'table'
    AND (
      sql LIKE '%AS%(%' OR sql LIKE '%CHECK%' OR sql LIKE '%COLLATE%' OR sql LIKE '%AUTOINCREMENT%'
      OR sql LIKE '%DEFERRABLE%' OR sql LIKE '%MATCH%' OR sql LIKE 'CREATE VIRTUAL%'
    )
  )
