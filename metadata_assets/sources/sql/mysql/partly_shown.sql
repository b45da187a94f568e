-- Tables of which a user with privileges on columns alone sees these, and nothing else.
SELECT DISTINCT
  c.TABLE_SCHEMA AS schema_name,
  c.TABLE_NAME AS table_name,
  'the user may see some of its columns only' AS reason
FROM information_schema.COLUMN_PRIVILEGES c
WHERE BINARY c.TABLE_SCHEMA = BINARY coalesce(@source_database, c.TABLE_SCHEMA)
  AND NOT EXISTS (
    SELECT 1
    FROM information_schema.TABLE_PRIVILEGES t
    WHERE t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
  )
  AND NOT EXISTS (
    SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES s WHERE c.TABLE_SCHEMA LIKE s.TABLE_SCHEMA
  )
  AND NOT EXISTS (
    SELECT 1
    FROM information_schema.USER_PRIVILEGES u
    WHERE u.PRIVILEGE_TYPE IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
  )
