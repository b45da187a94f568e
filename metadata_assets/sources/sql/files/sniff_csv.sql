-- How DuckDB divides a delimited text file, and what it calls the columns.
SELECT
  Delimiter AS delimiter,
  replace(Quote, '(empty)', '') AS quote,
  replace(Escape, '(empty)', '') AS escape,
  replace(Comment, '(empty)', '') AS comment,
  SkipRows AS skipped,
  HasHeader AS has_header,
  Columns AS columns
FROM sniff_csv(
  $path, sample_size = -1,
  -- A line may be as long as the whole sample.
  max_line_size = 8388608, buffer_size = 16777216
)
