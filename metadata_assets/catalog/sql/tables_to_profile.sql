-- The tables whose statistics are missing or no longer true: never read, of another structure, grown
-- or shrunk by a tenth, or read too long ago; those never read and the oldest first.
WITH kinds AS (
  SELECT
    table_fqdn,
    ordinal,
    column_name,
    lower(CASE WHEN lower(native_type) = 'json' THEN 'json' ELSE coalesce(base_type, native_type) END)
      AS type,
    allowed_values IS NOT NULL AS is_enum
  FROM columns
  WHERE NOT coalesce(pii, false)
),
looked_at AS (
  SELECT
    table_fqdn,
    list({
      'name': column_name,
      'kind': CASE
        WHEN is_enum THEN 'text'
        WHEN regexp_matches(type, '\[\d*\]$|^(struct|map|list|union|array)\b') THEN 'other'
        WHEN regexp_matches(type, '^bool') THEN 'boolean'
        WHEN regexp_matches(
          type,
          '^(u?(tiny|small|medium|big|huge)?int(eger)?[248]?|(big|small)?serial|numeric|decimal|dec'
          || '|number|real|double|float[48]?|unsigned|year)\b'
        ) THEN 'number'
        WHEN regexp_matches(type, '^(date|time|timestamp|datetime)') THEN 'temporal'
        WHEN type = '' OR regexp_matches(
          type,
          '^(n?(var)?char|character|bpchar|"char"|(tiny|medium|long)?text|clob|string|citext|name'
          || '|uuid|enum|set|inet|cidr)'
        ) THEN 'text'
        ELSE 'other'
      END
    } ORDER BY ordinal) AS looked_at
  FROM kinds
  GROUP BY table_fqdn
),
keys AS (
  SELECT table_fqdn, any_value(columns) AS key FROM constraints
  WHERE constraint_type = 'primary_key' GROUP BY table_fqdn
)
SELECT
  t.table_fqdn, t.schema_name, t.table_name, t.object_type, t.row_estimate, t.properties,
  coalesce(k.key, []) AS key, l.looked_at
FROM tables t
JOIN looked_at l USING (table_fqdn)
LEFT JOIN keys k USING (table_fqdn)
LEFT JOIN profiled p USING (table_fqdn)
WHERE t.object_type IN ('table', 'partitioned_table', 'materialized_view')
  AND t.table_fqdn NOT IN (SELECT object_name FROM unreadable)
  AND t.table_fqdn NOT IN (SELECT table_fqdn FROM private_views)
  AND (
    p.table_fqdn IS NULL
    OR p.content_hash IS DISTINCT FROM t.content_hash
    OR p.row_estimate IS DISTINCT FROM t.row_estimate
      AND coalesce(abs(p.row_estimate - t.row_estimate) > 0.1 * p.row_estimate, true)
    OR p.bytes IS DISTINCT FROM t.bytes
      AND coalesce(abs(p.bytes - t.bytes) > 0.1 * p.bytes, true)
    OR p.profiled_at <= $oldest
  )
ORDER BY p.profiled_at NULLS FIRST, t.table_fqdn
