-- A golden query as it was declared: the question and its answer.
SELECT
  'sql' AS kind,
  'golden_queries/' || query_id AS source_id,
  question,
  regexp_replace(sql, '[\s;]+$', '') AS content,
  'golden_query' AS object_type,
  NULL::VARCHAR[] AS tables,
  'control/golden_queries' AS lake_table,
  'query_id' AS id_column,
  query_id AS id
FROM golden_queries
