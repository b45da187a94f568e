-- CREATE VIEW with its query, always whole: half a query teaches nothing.
SELECT
  'ddl' AS kind,
  table_fqdn AS source_id,
  1 AS chunk,
  NULL::VARCHAR AS question,
  coalesce('-- ' || indented(comment, '-- ') || chr(10), '')
  || CASE object_type WHEN 'view' THEN 'CREATE VIEW ' ELSE 'CREATE MATERIALIZED VIEW ' END
  || name || ' AS' || chr(10) || view_query || ';' AS content
FROM told_parts
WHERE chunk = 1 AND is_view AND view_query IS NOT NULL
