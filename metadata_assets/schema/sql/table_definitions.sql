-- The definition of every table as canonical JSON: keys sorted, no spaces, nulls left out.
-- schema_hash covers the same without comments, annotations and the order of columns.
WITH column_parts AS (
  SELECT
    table_fqdn, ordinal, column_name,
    member('allowed_values', allowed_values) || member('base_type', base_type)
      || member('collation', "collation") || member('column_name', column_name) AS head,
    member('comment', comment) AS comment,
    member('default_expr', default_expr) || member('generated_expr', generated_expr)
      || member('identity', identity) || member('native_type', native_type)
      || member('nullable', nullable) AS middle,
    member('pii', pii) AS pii,
    member('properties', properties) AS tail
  FROM columns
),
column_texts AS (
  SELECT
    table_fqdn,
    array_to_string(
      list(enclosed(head || comment || middle || pii || tail) ORDER BY ordinal), ','
    ) AS body
  FROM column_parts
  GROUP BY table_fqdn
),
-- Names are unique in a table, so XOR tells column sets apart without sorting them.
column_hashes AS (
  SELECT table_fqdn, to_hex(bit_xor(md5_number(head || middle || tail))) AS digest
  FROM column_parts
  GROUP BY table_fqdn
),
constraint_texts AS (
  SELECT
    table_fqdn,
    string_agg(
      enclosed(
        member('columns', columns) || member('constraint_name', constraint_name)
        || member('constraint_type', constraint_type) || member('expression', expression)
        || member('on_delete', on_delete) || member('on_update', on_update)
        || member('properties', properties)
        || member('referenced_columns', referenced_columns)
        || member('referenced_table', referenced_table)
      ),
      ',' ORDER BY position
    ) AS body
  FROM constraints
  GROUP BY table_fqdn
),
index_texts AS (
  SELECT
    table_fqdn,
    string_agg(
      enclosed(
        member('columns', columns) || member('index_name', index_name)
        || member('is_unique', is_unique) || member('method', method)
        || member('predicate', predicate) || member('properties', properties)
      ),
      ',' ORDER BY index_name
    ) AS body
  FROM indexes
  GROUP BY table_fqdn
),
type_texts AS (
  SELECT
    u.table_fqdn,
    string_agg(
      enclosed(
        member('attributes', attributes) || member('base_type', base_type)
        || member('checks', checks) || member('comment', comment)
        || member('default_expr', default_expr) || member('kind', kind)
        || member('labels', labels) || member('nullable', nullable)
        || member('schema_name', schema_name) || member('type_name', type_name)
      ),
      ',' ORDER BY type_fqdn
    ) AS ordered,
    string_agg(
      enclosed(
        member('attributes', attributes) || member('base_type', base_type)
        || member('checks', checks) || member('default_expr', default_expr)
        || member('kind', kind) || member('labels', labels) || member('nullable', nullable)
        || member('schema_name', schema_name) || member('type_name', type_name)
      ),
      ',' ORDER BY type_fqdn
    ) AS named
  FROM used_types u JOIN types y USING (type_fqdn)
  GROUP BY u.table_fqdn
),
definitions AS (
  SELECT
    t.table_fqdn,
    enclosed(
      member('business_domain', t.business_domain) || listed('columns', c.body)
      || member('comment', t.comment) || listed('constraints', k.body)
      || member('definition', t.definition) || member('grain_description', t.grain_description)
      || listed('indexes', i.body) || member('object_type', t.object_type)
      || member('owner', t.owner) || member('properties', t.properties)
      || member('schema_name', t.schema_name) || member('status', t.status)
      || member('table_name', t.table_name) || listed('types', y.ordered)
    ) AS schema_definition,
    enclosed(
      member('columns', h.digest) || listed('constraints', k.body)
      || member('definition', t.definition) || listed('indexes', i.body)
      || member('object_type', t.object_type) || member('properties', t.properties)
      || listed('types', y.named)
    ) AS schema_text
  FROM tables t
  LEFT JOIN column_texts c USING (table_fqdn)
  LEFT JOIN column_hashes h USING (table_fqdn)
  LEFT JOIN constraint_texts k USING (table_fqdn)
  LEFT JOIN index_texts i USING (table_fqdn)
  LEFT JOIN type_texts y USING (table_fqdn)
)
SELECT
  table_fqdn AS table_name,
  schema_definition,
  sha256(schema_text) AS schema_hash,
  sha256(schema_definition) AS content_hash
FROM definitions
ORDER BY table_name
