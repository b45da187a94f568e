-- What each column of the cells (`csv_cells.sql`) holds: how many rows there are, how many of them
-- have a value, and which have a mark for nothing instead.
SELECT
  name,
  count(*) AS row_count,
  count(value) AS value_count,
  list_sort(list(DISTINCT mark) FILTER (mark IS NOT NULL)) AS marks,
  min(value) AS least,
  max(value) AS greatest,
  -- `1,234` is a number with a decimal comma, or one of thousands.
  bool_and(regexp_full_match(value, '[+-]?[1-9]\d{0,2}(,\d{3})+')) AS may_be_thousands
FROM (
  SELECT
    name,
    CASE WHEN NOT list_contains($marks, text) THEN text END AS value,
    CASE WHEN list_contains($marks, text) AND text <> '' THEN text END AS mark
  FROM cells
)
GROUP BY name
