-- DuckDB: the rows of columns.sql. MariaDB's JSON is another name for LONGTEXT with a collation and a
-- check of its own. The labels of an enum or set are in its type, quotes doubled and four characters
-- behind a backslash. What is told as the default of a view's column is that of what it selects.
SELECT
  c.schema_name,
  c.table_name,
  c.ordinal::INTEGER AS ordinal,
  c.column_name,
  CASE WHEN j.level IS NULL THEN c.native_type ELSE 'json' END AS native_type,
  CASE WHEN j.level IS NOT NULL THEN c.native_type END AS base_type,
  CASE
    WHEN regexp_matches(c.native_type, '^(enum|set)\(') THEN list_transform(
      regexp_extract_all(c.native_type, '''((?:[^'']|'''')*)''', 1),
      lambda label: array_to_string(
        list_transform(
          string_split(replace(label, '''''', ''''), '\\'),
          lambda part: replace(replace(replace(part, '\n', chr(10)), '\r', chr(13)), '\0', chr(0))
        ),
        '\'
      )
    )
  END AS allowed_values,
  c.nullable = 'YES' AS nullable,
  CASE WHEN t.table_type NOT LIKE '%VIEW' THEN nullif(c.default_expr, 'NULL') END AS default_expr,
  nullif(c.generated_expr, '') AS generated_expr,
  CASE WHEN c.extra ILIKE '%auto_increment%' THEN 'auto_increment' END AS identity,
  CASE WHEN j.level IS NULL THEN nullif(c.collation_name, t.collation_name) END AS collation,
  nullif(c.comment, '') AS comment,
  nullif(
    '{' || concat_ws(
      ',',
      '"generated":"' || CASE
        WHEN c.extra ILIKE '%VIRTUAL GENERATED%' THEN 'virtual'
        WHEN c.extra ILIKE '%STORED GENERATED%' OR c.extra ILIKE '%PERSISTENT%' THEN 'stored'
      END || '"',
      CASE WHEN c.extra ILIKE '%INVISIBLE%' THEN '"invisible":true' END,
      '"on_update":"' || nullif(regexp_extract(c.extra, '(?i)on update ([^, ]+)', 1), '') || '"',
      CASE WHEN c.extra ILIKE '%WITHOUT SYSTEM VERSIONING%' THEN '"system_versioned":false' END
    ) || '}',
    '{}'
  ) AS properties
FROM columns c
JOIN tables t USING (schema_name, table_name)
LEFT JOIN checks j
  ON j.schema_name = c.schema_name AND j.table_name = c.table_name
  AND j.constraint_name = c.column_name AND j.level = 'Column'
  AND j.expression = 'json_valid(`' || replace(c.column_name, '`', '``') || '`)'
  AND c.native_type = 'longtext' AND c.collation_name = 'utf8mb4_bin'
