-- The views and virtual tables that show no columns (:unreadable, as JSON), with the reason.
SELECT value ->> 0 AS table_name, value ->> 1 AS reason
FROM json_each(:unreadable)
