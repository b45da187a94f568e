"""Names as a source's own SQL writes them: quoted where they must be, plain where they may be."""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot.dialects.dialect import NormalizationStrategy

from metadata_assets.catalog.engine import query

_PLAIN_ANY_CASE = "[A-Za-z_][A-Za-z0-9_]*"
_PLAIN = {
    NormalizationStrategy.LOWERCASE: "[a-z_][a-z0-9_]*",
    NormalizationStrategy.UPPERCASE: "[A-Z_][A-Z0-9_]*",
}

_PARENT_NAME = {"sqlite": "quoted_parts(fqdn)[-1]"}
"""Where a foreign key may not name the schema: it can only point into its own."""

_GRAMMAR_WORDS = """
SELECT keyword_name AS word FROM duckdb_keywords()
WHERE keyword_category IN ('reserved', 'type_function')
"""


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
    plain = _PLAIN.get(spoken.NORMALIZATION_STRATEGY, _PLAIN_ANY_CASE)
    words = ", ".join(f"'{word}'" for word in _reserved_words(dialect))
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


@cache
def _reserved_words(dialect: str) -> tuple[str, ...]:
    """Words that are no column's name unless quoted; a quote too many does no harm.

    DuckDB's grammar is PostgreSQL's, so its words serve every dialect; each adds its own.
    """
    spoken = sqlglot.Dialect.get_or_raise(dialect)
    grammar = query(_GRAMMAR_WORDS).column("word").to_pylist()
    functions = {token.name.lower() for token in spoken.parser_class.NO_PAREN_FUNCTIONS}
    # A bare `user` is a function too; PostgreSQL reserves it, DuckDB and SQLGlot do not.
    return tuple(sorted({*grammar, *spoken.generator_class.RESERVED_KEYWORDS, *functions, "user"}))
