-- The statistics of one table from a sample of its rows: each value with its number, then each column.
-- Numbers are compared as numbers and shown as the engine printed them; dates sort as their text.
WITH long AS (
  FROM sampled_rows UNPIVOT INCLUDE NULLS (value FOR place IN (COLUMNS(*)))
),
counted AS (
  SELECT place, value, count(*) AS times FROM long GROUP BY place, value
)
SELECT
  c.column_name,
  $row_count::BIGINT AS row_count,
  CASE WHEN c.kind <> 'other' THEN count(v.value) END AS distinct_count,
  -- Scaled up from the sample to the table.
  round(
    coalesce(sum(v.times) FILTER (v.place IS NOT NULL AND v.value IS NULL), 0)
    * CASE WHEN $sample_count > 0 AND NOT $is_whole THEN coalesce($row_count, $sample_count) / $sample_count
      ELSE 1 END
  )::BIGINT AS null_count,
  CASE
    WHEN c.kind = 'number' THEN arg_min(v.value, try_cast(v.value AS DOUBLE))
    WHEN c.kind IN ('temporal', 'text') THEN min(v.value)
  END AS min_value,
  CASE
    WHEN c.kind = 'number' THEN arg_max(v.value, try_cast(v.value AS DOUBLE))
    WHEN c.kind IN ('temporal', 'text') THEN max(v.value)
  END AS max_value,
  CASE
    WHEN c.kind <> 'other' AND count(v.value) <= $low_cardinality
    THEN coalesce(list(v.value ORDER BY v.times DESC, v.value) FILTER (v.value IS NOT NULL), [])
  END AS top_values,
  CASE
    WHEN c.kind = 'text' AND count(v.value) > $low_cardinality
      AND count(v.value) <= 10 * $low_cardinality
      AND 2 * count(v.value) <= sum(v.times) FILTER (v.value IS NOT NULL)
    THEN list(v.value ORDER BY v.times DESC, v.value) FILTER (v.value IS NOT NULL)[:5]
  END AS sample_values,
  NOT $is_whole AS sampled,
  $now::TIMESTAMPTZ AS profiled_at
FROM (SELECT unnest($columns, recursive := true)) c
LEFT JOIN counted v ON v.place = c.place
GROUP BY c.place, c.column_name, c.kind
