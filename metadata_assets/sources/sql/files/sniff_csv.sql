-- What DuckDB makes of a delimited text file, from a sample of it.
SELECT
  Delimiter AS delimiter, Quote AS quote, Escape AS escape, NewLineDelimiter AS newline,
  SkipRows AS skipped_lines, HasHeader AS has_header, Columns AS columns,
  DateFormat AS date_format, TimestampFormat AS timestamp_format
FROM sniff_csv($path)
