"""The names of `schema.identifiers` as SQL macros, for whole catalogs at once."""

from __future__ import annotations

import sqlglot

from metadata_assets.schema.identifiers import plain_pattern, reserved_words

_PARENT_NAME = {"sqlite": "quoted_parts(fqdn)[-1]"}
"""Where a foreign key may not name the schema: it can only point into its own."""


def quoting_macros(dialect: str) -> str:
    """DuckDB macros for one dialect: `quoted(name)`, `requoted(fqdn)` and `parent_name(fqdn)`.

    The last is what a REFERENCES clause calls a table.

    Args:
        dialect: A SQLGlot dialect; says the quotes, and which letters survive without them.

    Returns:
        CREATE MACRO statements.
    """
    spoken = sqlglot.Dialect.get_or_raise(dialect)
    opening, closing = spoken.IDENTIFIER_START, spoken.IDENTIFIER_END
    plain = plain_pattern(dialect)
    words = ", ".join(f"'{word}'" for word in sorted(reserved_words(dialect)))
    return f"""
CREATE OR REPLACE TEMP MACRO quoted(name) AS
  CASE WHEN regexp_full_match(name, '{plain}') AND lower(name) NOT IN ({words}) THEN name
  ELSE '{opening}' || replace(name, '{closing}', '{closing}{closing}') || '{closing}' END;
CREATE OR REPLACE TEMP MACRO quoted_parts(fqdn) AS
  list_transform(
    regexp_extract_all(fqdn, '"(?:[^"]|"")*"|[^."]+'),
    lambda part: quoted(CASE WHEN part[1] = '"' THEN replace(part[2:-2], '""', '"') ELSE part END)
  );
CREATE OR REPLACE TEMP MACRO requoted(fqdn) AS array_to_string(quoted_parts(fqdn), '.');
CREATE OR REPLACE TEMP MACRO parent_name(fqdn) AS {_PARENT_NAME.get(dialect, "requoted(fqdn)")};
"""
