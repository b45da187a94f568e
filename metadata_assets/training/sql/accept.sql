-- The named records as manual ones: they say what they say whatever the catalog holds.
SELECT
  r.* REPLACE (
    'manual' AS source_type,
    content_hash_of(r.kind, r.question, r.content) AS content_hash,
    vanna_id_of(r.kind, r.question, r.content) AS vanna_id,
    NULL::VARCHAR AS derived_hash,
    NULL::VARCHAR AS catalog_hash,
    'current' AS sync_status,
    NULL::VARCHAR AS status_reason,
    stamp.moment AS last_sync_attempt,
    stamp.snapshot_id AS snapshot_id
  ),
  'modified' AS change
FROM current r
SEMI JOIN named USING (record_id)
CROSS JOIN stamp
