SELECT object, 'its description has ' || length(description) || ' characters, more than 100' AS message,
  '`metadata-assets quality concise` proposes a shorter one.' AS remedy
FROM described WHERE length(description) > 100
