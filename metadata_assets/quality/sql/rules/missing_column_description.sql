SELECT object, 'the column has no description' AS message,
  'Describe it: `metadata-assets descriptions export` writes a sheet to fill in.' AS remedy
FROM described WHERE column_name IS NOT NULL AND description IS NULL
