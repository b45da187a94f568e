-- The whole text of the schema, but for triggers, of which nothing is extracted. Not its version number,
-- which a VACUUM raises as well; nor SQLite's own tables, which an ANALYZE creates, unless a view may be
-- about them.
SELECT group_concat(printf('%Q,%Q,%Q,%Q', type, name, tbl_name, sql), char(10))
FROM (
  SELECT type, name, tbl_name, sql
  FROM main.sqlite_schema
  WHERE type <> 'trigger'
    AND (
      name NOT LIKE 'sqlite\_%' ESCAPE '\'
      OR EXISTS (
        SELECT 1 FROM main.sqlite_schema WHERE type = 'view' AND sql LIKE '%sqlite\_stat%' ESCAPE '\'
      )
    )
  ORDER BY type, name
)
