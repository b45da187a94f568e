SELECT object, 'its description says no more than its name: ' || description AS message,
  'Say what the name does not: the unit, the allowed values, where it comes from.' AS remedy
FROM described WHERE only_repeats(description, name) AND NOT is_placeholder(description)
