-- The changes a selection asks for. An object that changes its domain is asked for under either.
SELECT *
FROM fates
WHERE (NOT EXISTS (FROM kinds) OR kind IN (SELECT kind FROM kinds))
  AND (
    NOT EXISTS (FROM domains)
    OR domain_before IN (SELECT domain FROM domains)
    OR domain_after IN (SELECT domain FROM domains)
  )
  AND (
    NOT EXISTS (FROM patterns)
    OR EXISTS (
      FROM patterns p
      WHERE source_id GLOB p.pattern
        OR (p.pattern NOT LIKE '%.%' AND source_id GLOB '*.' || p.pattern)
    )
  )
ORDER BY source_id, kind, chunk, record_id
