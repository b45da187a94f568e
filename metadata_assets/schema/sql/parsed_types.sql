-- Each once, though every table that uses a type holds it.
WITH listed AS (
  SELECT unnest(types) AS y FROM parsed
)
SELECT DISTINCT y.* FROM listed
