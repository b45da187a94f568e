SELECT object, 'its description is a placeholder: ' || description AS message,
  'Replace it by what it means, or delete it.' AS remedy
FROM described WHERE is_placeholder(description)
