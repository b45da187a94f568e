-- The tables that the include and exclude patterns leave, each with its FQDN.
SELECT t.* REPLACE (fqdn(schema_name, table_name) AS table_fqdn)
FROM raw_tables t
WHERE (
    NOT EXISTS (SELECT 1 FROM patterns WHERE keeps)
    OR EXISTS (
      SELECT 1 FROM patterns p
      WHERE p.keeps AND (
        CASE WHEN p.pattern LIKE '%.%' THEN t.schema_name || '.' || t.table_name ELSE t.table_name END
      ) GLOB p.pattern
    )
  )
  AND NOT EXISTS (
    SELECT 1 FROM patterns p
    WHERE NOT p.keeps AND (
      CASE WHEN p.pattern LIKE '%.%' THEN t.schema_name || '.' || t.table_name ELSE t.table_name END
    ) GLOB p.pattern
  )
ORDER BY table_fqdn
