-- Columns of tables, views and virtual tables, the generated ones included; also those of shadow
-- tables, which belong to no table of ours. A broken view (:unreadable, as JSON) would end the query.
SELECT
  s.name AS table_name, x.cid AS ordinal, x.name AS column_name, x.type AS native_type,
  x."notnull" AS is_not_null, x.dflt_value AS default_expr, x.pk AS key_position, x.hidden
FROM main.sqlite_schema s
JOIN pragma_table_xinfo(s.name, 'main') x
WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND s.rowid NOT IN (SELECT value ->> 0 FROM json_each(:unreadable))
