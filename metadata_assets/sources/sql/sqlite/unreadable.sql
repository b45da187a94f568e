-- The views and virtual tables that cannot be used (:unreadable, as JSON), with the reason.
SELECT 'main' AS schema_name, s.name AS table_name, u.value ->> 1 AS reason
FROM json_each(:unreadable) u
JOIN main.sqlite_schema s ON s.rowid = u.value ->> 0
