-- What an object is, what its columns mean and allow, what identifies a row and what it joins.
WITH described AS (
  SELECT
    table_fqdn,
    chunk,
    'Columns:' || chr(10) || string_agg(
      '- ' || name || ' ' || type
      || coalesce(' (based on ' || base_type || ')', '')
      || CASE WHEN required THEN ', not null' ELSE '' END
      || coalesce(', default ' || default_expr, '')
      || coalesce(', computed as ' || generated_expr, '')
      || CASE WHEN is_private THEN ', personal data' ELSE '' END
      || coalesce(', one of ' || array_to_string(allowed_values, ', '), '')
      || coalesce(', values seen: ' || array_to_string(seen_values, ', '), '')
      || coalesce(': ' || indented(comment, '  '), ''),
      chr(10) ORDER BY ordinal
    ) AS body
  FROM told_columns
  GROUP BY table_fqdn, chunk
),
keys AS (
  SELECT
    table_fqdn,
    chunk,
    string_agg(
      CASE constraint_type WHEN 'primary_key' THEN 'Primary key: ' ELSE 'Unique: ' END
      || array_to_string(names, ', '),
      chr(10) ORDER BY rank
    ) AS body
  FROM told_constraints
  WHERE constraint_type IN ('primary_key', 'unique')
  GROUP BY table_fqdn, chunk
),
links AS (
  SELECT
    k.table_fqdn,
    k.chunk,
    k.rank,
    k.referenced_table,
    CASE WHEN len(k.names) = 1 THEN requoted(k.table_fqdn) || '.' || k.names[1]
      ELSE requoted(k.table_fqdn) || ' (' || array_to_string(k.names, ', ') || ')' END
    || ' references '
    || CASE WHEN len(k.referenced_names) = 1
      THEN k.referenced_name || '.' || k.referenced_names[1]
      ELSE k.referenced_name
        || coalesce(' (' || array_to_string(k.referenced_names, ', ') || ')', '') END AS body
  FROM told_constraints k
  WHERE k.constraint_type = 'foreign_key'
),
outgoing AS (
  SELECT
    table_fqdn,
    chunk,
    'Joins:' || chr(10) || string_agg('- ' || body, chr(10) ORDER BY rank) AS body
  FROM links
  GROUP BY table_fqdn, chunk
),
-- A calendar may be referenced by hundreds of tables: the first 20 are told, the rest counted.
ranked AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY referenced_table ORDER BY table_fqdn, rank) AS place
  FROM links
  WHERE referenced_table <> table_fqdn
),
incoming AS (
  SELECT
    referenced_table AS table_fqdn,
    'Referenced by:' || chr(10)
    || string_agg('- ' || body, chr(10) ORDER BY place) FILTER (WHERE place <= 20)
    || CASE WHEN count(*) > 20 THEN chr(10) || '- and ' || (count(*) - 20) || ' more' ELSE '' END
      AS body
  FROM ranked
  GROUP BY referenced_table
)
SELECT
  'documentation' AS kind,
  p.table_fqdn AS source_id,
  p.chunk,
  NULL::VARCHAR AS question,
  concat_ws(
    chr(10),
    upper(p.told_type[1]) || p.told_type[2:] || ' ' || p.name
      || ' in the source ' || identity.source || '.',
    'Grain: ' || p.grain_description,
    'Description: ' || p.comment,
    'Business domain: ' || p.business_domain,
    'Owner: ' || p.owner,
    p.part,
    d.body,
    k.body,
    o.body,
    CASE WHEN p.chunk = 1 THEN i.body END
  ) AS content
FROM told_parts p
CROSS JOIN identity
LEFT JOIN described d ON d.table_fqdn = p.table_fqdn AND d.chunk = p.chunk
LEFT JOIN keys k ON k.table_fqdn = p.table_fqdn AND k.chunk = p.chunk
LEFT JOIN outgoing o ON o.table_fqdn = p.table_fqdn AND o.chunk = p.chunk
LEFT JOIN incoming i ON i.table_fqdn = p.table_fqdn
