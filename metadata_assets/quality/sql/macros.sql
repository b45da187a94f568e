CREATE OR REPLACE TEMP MACRO said(description) AS nullif(trim(description), '');

-- The words of a name or a text, in lower case and without the s of a plural (so `thi` is `this`).
CREATE OR REPLACE TEMP MACRO words(text) AS list_transform(
  regexp_extract_all(
    lower(regexp_replace(text, '([\p{Ll}\p{N}])(\p{Lu})', '\1 \2', 'g')), '[\p{L}\p{N}]+'
  ),
  lambda word: CASE WHEN length(word) > 3 THEN rtrim(word, 's') ELSE word END
);
CREATE OR REPLACE TEMP MACRO tells_nothing(word) AS word IN (
  'a', 'an', 'the', 'of', 'for', 'in', 'thi', 'that', 'is', 'and', 'column', 'field', 'table',
  'value', 'contain', 'store', 'hold', 'data', 'row', 'record'
);
CREATE OR REPLACE TEMP MACRO only_repeats(description, name) AS
  len(words(description)) > 0
  AND len(list_filter(
    words(description), lambda word: NOT tells_nothing(word) AND NOT list_contains(words(name), word)
  )) = 0;
-- `TODO: ask Ann` is one, and so is `Unknown.`; `Test result code` and `None of the zones overlap` tell
-- something.
CREATE OR REPLACE TEMP MACRO is_placeholder(description) AS regexp_full_match(
  lower(trim(description)),
  '(to ?do|tb[acd]|fix ?me|xx+|foo|lorem ipsum|to be (defined|documented|done))\b.{0,20}'
  || '|(n/?a|none|null|unknown|undefined|(a |some |no |the )?(test|description|comment|text|info(rmation)?))'
  || '([^\p{L}\p{N}]+(\d+|yet|here|available|description|comment|text|given|provided|missing))*[^\p{L}\p{N}]*'
  || '|[^\p{L}\p{N}]+'
);
CREATE OR REPLACE TEMP MACRO column_of(table_fqdn, column_name) AS table_fqdn || '.' || fqdn_part(column_name);
CREATE OR REPLACE TEMP MACRO annotated(table_fqdn, column_name) AS
  CASE WHEN column_name IS NULL THEN table_fqdn ELSE column_of(table_fqdn, column_name) END;
