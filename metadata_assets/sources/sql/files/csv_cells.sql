-- The cells of a CSV, a row each.
SELECT name, text
FROM (
  FROM read_csv(
    $path, delim = $delimiter, quote = $quote, escape = $escape, comment = $comment,
    skip = $skipped, header = $header, names = $names, all_varchar = true, null_padding = true,
    ignore_errors = true, sample_size = -1,
    -- Quoted line breaks and padding do not go together in parallel.
    parallel = false,
    max_line_size = 8388608, buffer_size = 16777216
  )
) UNPIVOT INCLUDE NULLS (text FOR name IN (COLUMNS(*)))
