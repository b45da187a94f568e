-- Whether a plain CSV has a header, and what DuckDB calls its columns.
SELECT HasHeader AS has_header, Columns AS columns
FROM sniff_csv(
  $path, sample_size = -1, delim = ',', quote = '"', escape = '"', comment = '',
  header = $header, max_line_size = 8388608, buffer_size = 16777216
)
