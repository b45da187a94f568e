SELECT object_name AS object, 'it cannot be read: ' || reason AS message,
  '`metadata-assets sources check` says which privilege is missing.' AS remedy
FROM unreadable
