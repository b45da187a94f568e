-- What could not be read, of the selected tables and of whatever is no table.
SELECT coalesce(object_name, fqdn(schema_name, table_name)) AS object_name, reason
FROM raw
WHERE table_name IS NULL
  OR is_selected(schema_name, table_name, $include::VARCHAR[], $exclude::VARCHAR[])
ORDER BY ALL
