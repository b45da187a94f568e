-- Name and values together. Two that agree make surer than each; where most values cannot be of the
-- kind, the name alone counts half.
SELECT
  coalesce(n.table_fqdn, v.table_fqdn) AS table_fqdn,
  coalesce(n.column_name, v.column_name) AS column_name,
  CASE WHEN v.confidence > coalesce(n.confidence, 0) THEN v.kind ELSE n.kind END AS kind,
  round(CASE
    WHEN v.kind IS NULL AND r.kind IS NOT NULL THEN n.confidence / 2
    WHEN v.kind IS NULL THEN n.confidence
    WHEN n.kind = v.kind THEN 1 - (1 - n.confidence) * (1 - v.confidence)
    ELSE greatest(coalesce(n.confidence, 0), v.confidence)
  END, 3) AS confidence,
  concat_ws(', ', n.reason, v.reason) AS reason
FROM named n
FULL JOIN seen_kinds v ON v.table_fqdn = n.table_fqdn AND v.column_name = n.column_name
LEFT JOIN ruled_out r
  ON r.table_fqdn = n.table_fqdn AND r.column_name = n.column_name AND r.kind = n.kind
ORDER BY confidence DESC, table_fqdn, column_name
