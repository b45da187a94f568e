-- Every derived record that is not in step, stored or derived now, and what becomes of it. Compared
-- by identity and hash. What the source would not show is no deletion. A record that nothing was
-- derived for stands under a derived id. So does one edited by hand: it differs from what was
-- derived then (derived_hash), and gives way only where the subject comes to say the same.
WITH stored AS (
  SELECT
    *,
    content_hash_of(kind, question, content) AS said_hash
  FROM current
  ANTI JOIN in_step USING (source_id)
  WHERE follows(source_type, source_id, derived_hash)
),
derived_now AS (
  SELECT record_id, kind, source_id, chunk, content_hash, catalog_hash, business_domain,
    source_type
  FROM derived
  ANTI JOIN (SELECT record_id FROM current WHERE NOT follows(source_type, source_id, derived_hash))
    USING (record_id)
),
known AS (SELECT DISTINCT source_id FROM derived),
hidden AS (
  SELECT object_name AS source_id, 'not readable: ' || any_value(reason) AS reason
  FROM unreadable
  GROUP BY object_name
),
paired AS (
  SELECT
    coalesce(d.record_id, s.record_id) AS record_id,
    coalesce(d.kind, s.kind) AS kind,
    coalesce(d.source_id, s.source_id) AS source_id,
    coalesce(d.chunk, s.chunk) AS chunk,
    s.record_id IS NOT NULL AS is_stored,
    d.record_id IS NOT NULL AS is_derived,
    coalesce(s.said_hash <> s.derived_hash AND s.said_hash <> d.content_hash, false) AS is_edited,
    s.content_hash IS DISTINCT FROM s.said_hash AS is_unsealed,
    s.derived_hash = d.content_hash AS says_as_before,
    s.said_hash AS hash_before,
    d.content_hash AS hash_after,
    coalesce(s.source_type, d.source_type) AS source_type,
    s.catalog_hash AS catalog_hash_before,
    d.catalog_hash AS catalog_hash_after,
    s.sync_status AS status_before,
    s.status_reason AS reason_before,
    h.reason AS hidden_reason,
    k.source_id IS NOT NULL AS is_known,
    CASE WHEN json_valid(s.metadata) THEN s.metadata->>'business_domain' END AS domain_before,
    d.business_domain AS domain_after
  FROM derived_now d
  FULL JOIN stored s ON s.record_id = d.record_id
  LEFT JOIN known k ON k.source_id = s.source_id
  LEFT JOIN hidden h ON h.source_id = s.source_id
),
judged AS (
  SELECT
    *,
    -- Of what is declared, `validity` says that it is broken, and whether it still is.
    source_type <> 'catalog' AND status_before = 'outdated'
      AND coalesce(hash_before = hash_after, false) AS is_broken,
    CASE
      WHEN NOT is_derived AND (status_before = 'deleted' OR hidden_reason IS NULL) THEN 'deleted'
      WHEN NOT is_derived THEN 'outdated'
      WHEN is_edited AND NOT says_as_before THEN 'outdated'
      WHEN is_broken THEN 'outdated'
      ELSE 'current'
    END AS status,
    CASE
      WHEN NOT is_derived AND status_before = 'deleted' THEN reason_before
      WHEN NOT is_derived AND hidden_reason IS NOT NULL THEN hidden_reason
      WHEN NOT is_derived AND source_type <> 'catalog' THEN 'no longer declared'
      WHEN NOT is_derived AND is_known THEN 'the object is no longer told in this part'
      WHEN NOT is_derived THEN 'the object is gone from the catalog'
      WHEN is_edited AND NOT says_as_before
        THEN 'edited by hand, and the catalog says something else now'
      WHEN is_broken THEN reason_before
    END AS reason
  FROM paired
)
SELECT
  record_id,
  kind,
  source_id,
  chunk,
  CASE
    WHEN NOT is_stored THEN 'new'
    WHEN status = 'deleted' AND status_before = 'deleted' THEN 'gone'
    WHEN status <> 'current' AND status = status_before AND reason IS NOT DISTINCT FROM reason_before
      AND NOT is_unsealed THEN 'unchanged'
    WHEN status <> 'current' THEN status
    WHEN status_before <> 'current' THEN 'resurrected'
    WHEN is_edited AND is_unsealed THEN 'modified'
    WHEN is_edited THEN 'unchanged'
    WHEN hash_before <> hash_after THEN 'modified'
    WHEN catalog_hash_before IS DISTINCT FROM catalog_hash_after OR NOT says_as_before OR is_unsealed
      THEN 'relabelled'
    ELSE 'unchanged'
  END AS change,
  status,
  reason,
  is_derived AND NOT is_edited AS is_told,
  hash_before,
  CASE WHEN is_edited THEN hash_before ELSE hash_after END AS hash_after,
  domain_before,
  domain_after
FROM judged
ORDER BY source_id, kind, chunk, record_id
