-- An expression without its texts: '…' stands for one, and for a list of them.
CREATE OR REPLACE TEMP MACRO without_texts(expression) AS
  regexp_replace(
    regexp_replace(expression, '''(?:[^'']|'''')*''', '''…''', 'g'),
    '''…''(?:\s*,\s*''…'')+', '''…''', 'g'
  );

-- Without numbers too, lengths and scales among them.
CREATE OR REPLACE TEMP MACRO without_values(expression) AS
  regexp_replace(without_texts(expression), '(^|[^\w.])\d[\d.]*\b', '\1''…''', 'g');

-- Without the numbers that something is compared with or becomes; lengths and scales stay, so that a
-- query can still be parsed.
CREATE OR REPLACE TEMP MACRO without_compared(expression) AS
  regexp_replace(
    regexp_replace(
      regexp_replace(
        without_texts(expression),
        '(?i)([=<>]\s*\(*\s*-?|\b(?:between|and|or|in|then|else)\s*\(*\s*-?)\d[\d.]*\b',
        '\1''…''', 'g'
      ),
      '\b\d[\d.]*(\s*\)*\s*[=<>!])', '''…''\1', 'g'
    ),
    '''…''(?:\s*,\s*(?:''…''|-?\d[\d.]*\b))+', '''…''', 'g'
  );

-- Whether one of some names, in lower case, stands in an expression.
CREATE OR REPLACE TEMP MACRO names_one_of(expression, lower_names) AS
  coalesce(len(list_filter(lower_names, lambda n: contains(lower(expression), n))) > 0, false);

-- Whether a name, in lower case, is one of an expression's words.
CREATE OR REPLACE TEMP MACRO mentions(expression, lower_name) AS
  CASE WHEN regexp_full_match(lower_name, '\w+')
    THEN list_contains(regexp_extract_all(lower(expression), '\w+'), lower_name)
    ELSE contains(lower(expression), lower_name) END;
