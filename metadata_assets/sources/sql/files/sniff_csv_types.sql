-- The types of a CSV's columns, marks for nothing aside. In a header they are names.
SELECT Columns AS columns
FROM sniff_csv(
  $path, sample_size = -1, delim = $delimiter, quote = $quote, escape = $escape,
  comment = $comment, skip = $skipped, header = $header, nullstr = $marks,
  decimal_separator = $decimal_separator, max_line_size = 8388608, buffer_size = 16777216
)
