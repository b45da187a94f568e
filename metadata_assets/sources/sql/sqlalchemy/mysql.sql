-- The columns of one database of MySQL or MariaDB.
SELECT
  table_name AS table_name,
  column_name AS column_name,
  ordinal_position AS ordinal_position,
  column_type AS data_type,
  is_nullable AS is_nullable,
  column_default AS column_default
FROM information_schema.columns
WHERE table_schema = :schema
