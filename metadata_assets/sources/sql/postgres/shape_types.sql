-- DuckDB: the rows of types.sql that the catalog lists.
SELECT
  schema_name,
  type_name,
  kind,
  from_json(labels, '["VARCHAR"]') AS labels,
  base_type,
  nullable,
  default_expr,
  from_json(checks, '["VARCHAR"]') AS checks,
  from_json(attributes, '["VARCHAR"]') AS attributes,
  comment
FROM types
WHERE is_selected
