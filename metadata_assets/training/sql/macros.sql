-- uuid5 (RFC 9562) of a text in a namespace of 32 hex digits: a sha1 with version and variant set.
CREATE OR REPLACE TEMP MACRO uuid5_of_sha1(digest) AS
  digest[1:8] || '-' || digest[9:12] || '-5' || digest[14:16] || '-'
  || translate(digest[17], '0123456789abcdef', '89ab89ab89ab89ab') || digest[18:20]
  || '-' || digest[21:32];
CREATE OR REPLACE TEMP MACRO uuid5(namespace, name) AS
  uuid5_of_sha1(sha1(unhex(namespace) || encode(name)));

-- A JSON string as Python's json.dumps(ensure_ascii=False) writes it. DuckDB differs in one point
-- only, the case of the hex digits of control characters; those texts take the slow way.
CREATE OR REPLACE TEMP MACRO json_text(value) AS
  CASE WHEN regexp_matches(value, '[\x0b\x0e\x0f\x1a-\x1f]')
    THEN '"' || array_to_string(
      list_transform(
        string_split(value, ''),
        lambda c: CASE WHEN c < ' ' THEN lower((to_json(c)::VARCHAR)[2:-2])
          ELSE (to_json(c)::VARCHAR)[2:-2] END
      ), '') || '"'
    ELSE to_json(value)::VARCHAR
  END;

-- The one hash of what a record says.
CREATE OR REPLACE TEMP MACRO content_hash_of(kind, question, content) AS
  sha256(field(kind) || field(question) || field(content));

-- Vanna's id: in the nil UUID, the sha256 of what it stores; for sql that is a JSON text.
CREATE OR REPLACE TEMP MACRO vanna_id_of(kind, question, content) AS
  uuid5(
    '00000000000000000000000000000000',
    sha256(
      CASE WHEN kind = 'sql'
        THEN '{"question": ' || json_text(coalesce(question, '')) || ', "sql": ' || json_text(content) || '}'
        ELSE content
      END
    )
  ) || CASE kind WHEN 'documentation' THEN '-doc' ELSE '-' || kind END;

-- Whether a record follows the catalog or a declaration; any other stands for itself, also what was
-- accepted of them.
CREATE OR REPLACE TEMP MACRO follows(source_type, source_id, derived_hash) AS
  source_type IS NOT DISTINCT FROM 'catalog'
  OR (derived_hash IS NOT NULL
    AND regexp_matches(source_id, '^(golden_queries|documentation)/'));

CREATE OR REPLACE TEMP MACRO literal(value) AS '''' || replace(value, '''', '''''') || '''';

-- A text of several lines, each but the first behind a prefix.
CREATE OR REPLACE TEMP MACRO indented(value, prefix) AS
  CASE WHEN contains(value, chr(10)) OR contains(value, chr(13))
    THEN regexp_replace(value, '\r\n|\r|\n', chr(10) || prefix, 'g')
    ELSE value
  END;

-- Whether an expression may name one of the columns; rather once too often.
CREATE OR REPLACE TEMP MACRO mentions(expression, lower_names) AS
  coalesce(len(list_filter(lower_names, lambda n: contains(lower(expression), n))) > 0, false);
