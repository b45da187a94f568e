-- Tables of the databases that show no constraint at all: to who has privileges on tables alone, none of
-- them does. What cannot be opened has no engine.
SELECT t.TABLE_SCHEMA AS schema_name, t.TABLE_NAME AS table_name
FROM information_schema.TABLES t
WHERE BINARY t.TABLE_SCHEMA = BINARY coalesce(@source_database, t.TABLE_SCHEMA)
  AND t.TABLE_SCHEMA = coalesce(@source_database, t.TABLE_SCHEMA)
  AND BINARY t.TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
  AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
  AND t.ENGINE IS NOT NULL
  AND BINARY t.TABLE_SCHEMA NOT IN (
    SELECT BINARY c.TABLE_SCHEMA
    FROM information_schema.TABLE_CONSTRAINTS c
    WHERE c.TABLE_SCHEMA = coalesce(@source_database, c.TABLE_SCHEMA)
  )
