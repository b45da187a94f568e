-- The query of a view, as the answer to a question that names it. The full name keeps the questions
-- of same-named views of two schemas apart.
SELECT
  'sql' AS kind,
  table_fqdn AS source_id,
  1 AS chunk,
  'Show ' || replace(table_name, '_', ' ') || ' (the view ' || name || ')'
  || coalesce(': ' || indented(comment, ' '), '') AS question,
  view_query AS content
FROM told_parts
WHERE chunk = 1 AND is_view AND view_query IS NOT NULL
