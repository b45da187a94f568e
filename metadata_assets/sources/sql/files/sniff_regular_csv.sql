-- The types and, unless $header says so, the header of a CSV whose dialect is known.
SELECT
  HasHeader AS has_header,
  Columns AS columns,
  DateFormat AS date_format,
  TimestampFormat AS timestamp_format
FROM sniff_csv(
  $path, sample_size = -1, delim = ',', quote = '"', escape = '"', header = $header,
  decimal_separator = $decimal_separator, max_line_size = 8388608, buffer_size = 16777216
)
