-- The tables that words point to: in their names most, then in their columns, then in what is
-- written about them. A table counts each word once, where it weighs most.
WITH named AS (
  SELECT t.source, t.table_fqdn, NULL AS column_name, words.word, CASE
    WHEN lower(t.table_name) = words.word THEN 8
    WHEN contains(lower(t.table_fqdn), words.word) THEN 5
    WHEN contains(lower(concat_ws(' ', t.comment, t.grain_description, t.business_domain)), words.word)
    THEN 2 ELSE 0 END AS weight
  FROM tables t, words
  UNION ALL
  SELECT c.source, c.table_fqdn, c.column_name, words.word, CASE
    WHEN lower(c.column_name) = words.word THEN 4
    WHEN contains(lower(c.column_name), words.word) THEN 3
    WHEN contains(lower(coalesce(c.comment, '')), words.word) THEN 1 ELSE 0 END
  FROM columns c, words
),
heaviest AS (
  SELECT source, table_fqdn, word, max(weight) AS weight,
    list(column_name) FILTER (column_name IS NOT NULL) AS column_names
  FROM named WHERE weight > 0 GROUP BY source, table_fqdn, word
)
SELECT
  t.source,
  t.table_fqdn AS "table",
  t.object_type,
  t.business_domain,
  t.comment,
  list_sort(list_distinct(flatten(list(coalesce(h.column_names, [])))))[:20] AS matching_columns,
  sum(h.weight)::INTEGER AS score
FROM heaviest h JOIN tables t USING (source, table_fqdn)
GROUP BY ALL
ORDER BY score DESC, t.source, t.table_fqdn
