-- Members of a JSON object in a canonical order; what is null is left out.
CREATE OR REPLACE TEMP MACRO member(key, value) AS
  CASE WHEN value IS NULL THEN '' ELSE '"' || key || '":' || to_json(value) || ',' END;
CREATE OR REPLACE TEMP MACRO listed(key, body) AS
  CASE WHEN body IS NULL THEN '' ELSE '"' || key || '":[' || body || '],' END;
CREATE OR REPLACE TEMP MACRO enclosed(members) AS '{' || rtrim(members, ',') || '}';
-- The n-th part of an FQDN, without the quotes it has where it holds a dot or a quote.
CREATE OR REPLACE TEMP MACRO name_part(fqdn_text, n) AS (
  WITH part AS (
    SELECT regexp_extract(fqdn_text, '^("(?:[^"]|"")*"|[^."]*)\.("(?:[^"]|"")*"|[^."]*)$', n) AS p
  )
  SELECT CASE WHEN p LIKE '"%' THEN replace(p[2:-2], '""', '"') ELSE p END FROM part
);
