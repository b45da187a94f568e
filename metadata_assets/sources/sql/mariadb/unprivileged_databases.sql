-- Databases on which the user shows no privilege of its own; that of a role does not show.
SELECT s.SCHEMA_NAME AS schema_name
FROM information_schema.SCHEMATA s
WHERE BINARY s.SCHEMA_NAME = BINARY coalesce(@source_database, s.SCHEMA_NAME)
  AND BINARY s.SCHEMA_NAME NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
  AND NOT EXISTS (
    SELECT 1
    FROM information_schema.USER_PRIVILEGES u
    WHERE u.PRIVILEGE_TYPE = 'SELECT'
      AND u.GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')
  )
  AND NOT EXISTS (
    SELECT 1
    FROM information_schema.SCHEMA_PRIVILEGES p
    WHERE p.PRIVILEGE_TYPE = 'SELECT' AND s.SCHEMA_NAME LIKE p.TABLE_SCHEMA
      AND p.GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')
  )
