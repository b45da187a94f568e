-- How many rows there are, how many values in each column, whatever they are, and how long the
-- longest is.
SELECT
  count(*) AS row_count,
  count(COLUMNS('(?s)(.*)')) AS "values_\1",
  max(length(COLUMNS('(?s)(.*)'))) AS "length_\1"
FROM read_csv(
  $path, delim = $delimiter, quote = $quote, escape = $escape, comment = $comment,
  skip = $skipped, header = $header, all_varchar = true, null_padding = true,
  ignore_errors = true, sample_size = -1,
  -- Quoted line breaks and padding do not go together in parallel.
  parallel = false,
  max_line_size = 8388608, buffer_size = 16777216
)
