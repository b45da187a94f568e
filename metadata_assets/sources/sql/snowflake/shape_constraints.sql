-- DuckDB: keys. Snowflake keeps them without enforcing them, NOT NULL aside.
WITH keys AS (
  SELECT 'primary_key' AS constraint_type, * FROM primary_keys
  UNION ALL
  SELECT 'unique', * FROM unique_keys
)
SELECT
  schema_name,
  table_name,
  -- Snowflake's own name of an unnamed one is made anew with the table.
  CASE WHEN constraint_name NOT LIKE 'SYS\_CONSTRAINT\_%' ESCAPE '\' THEN constraint_name END
    AS constraint_name,
  constraint_type,
  list(column_name ORDER BY try_cast(key_sequence AS INTEGER)) AS columns,
  NULL AS ref_schema_name,
  NULL AS ref_table_name,
  NULL::VARCHAR[] AS referenced_columns,
  NULL AS on_delete,
  NULL AS on_update
FROM keys
GROUP BY schema_name, table_name, keys.constraint_name, constraint_type
UNION ALL
SELECT
  fk_schema_name,
  fk_table_name,
  CASE WHEN fk_name NOT LIKE 'SYS\_CONSTRAINT\_%' ESCAPE '\' THEN fk_name END,
  'foreign_key',
  list(fk_column_name ORDER BY try_cast(key_sequence AS INTEGER)),
  if(
    any_value(pk_database_name) = any_value(fk_database_name), '', any_value(pk_database_name) || '.'
  ) || any_value(pk_schema_name),
  any_value(pk_table_name),
  list(pk_column_name ORDER BY try_cast(key_sequence AS INTEGER)),
  nullif(any_value(delete_rule), 'NO ACTION'),
  nullif(any_value(update_rule), 'NO ACTION')
FROM imported_keys
GROUP BY fk_schema_name, fk_table_name, fk_name
