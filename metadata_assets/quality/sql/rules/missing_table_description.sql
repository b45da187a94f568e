SELECT object, 'the table has no description' AS message,
  'Say what one row of it stands for: `metadata-assets descriptions set`, or a drop of `kind: annotations`.' AS remedy
FROM described WHERE column_name IS NULL AND description IS NULL
