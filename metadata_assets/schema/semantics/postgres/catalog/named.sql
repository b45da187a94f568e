-- How the other files name a type: an array by its element (int4[]), every other by its own name.
CREATE FUNCTION pg_temp.named(oid) RETURNS text LANGUAGE sql STABLE RETURN (
  SELECT CASE WHEN t.typcategory = 'A' AND t.typname LIKE '\_%' THEN e.typname || '[]'
    ELSE t.typname END
  FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem
  WHERE t.oid = $1
)
