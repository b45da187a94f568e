"""Names as a dialect's SQL writes them: quoted where they must be, plain where they may be."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from sqlglot.dialects.dialect import Dialect, NormalizationStrategy

from metadata_assets.catalog.engine import query

_PLAIN_ANY_CASE = "[A-Za-z_][A-Za-z0-9_]*"
_PLAIN = {
    NormalizationStrategy.LOWERCASE: "[a-z_][a-z0-9_]*",
    NormalizationStrategy.UPPERCASE: "[A-Z_][A-Z0-9_]*",
}

_COLUMN = re.compile(r'(.+)\."((?:[^"]|"")*)"')
_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')

_GRAMMAR_WORDS = """
SELECT keyword_name AS word FROM duckdb_keywords()
WHERE keyword_category IN ('reserved', 'type_function')
"""


def fqdn_parts(fqdn: str) -> list[str]:
    """The names that an FQDN is made of: `main` and `a.b` of `main."a.b"`."""
    found = [match[2] or match[1].replace('""', '"') for match in _PART.finditer(fqdn)]
    return found or [fqdn]


def column_parts(name: str) -> tuple[str, str]:
    """The FQDN and the column of `table.column`, whose column may be quoted: `main.t."a.b"`."""
    found = _COLUMN.fullmatch(name)
    if found is None:
        table, _, column = name.rpartition(".")
        return table, column
    return found[1], found[2].replace('""', '"')


def quoted_fqdn(fqdn: str, dialect: str) -> str:
    """A table's FQDN as the dialect's SQL writes it."""
    return ".".join(quoted(part, dialect) for part in fqdn_parts(fqdn))


@lru_cache(maxsize=100_000)
def quoted(name: str, dialect: str) -> str:
    """A name as the dialect's SQL writes it."""
    if re.fullmatch(plain_pattern(dialect), name) and name.lower() not in reserved_words(dialect):
        return name
    spoken = Dialect.get_or_raise(dialect)
    opening, closing = spoken.IDENTIFIER_START, spoken.IDENTIFIER_END
    return f"{opening}{name.replace(closing, closing * 2)}{closing}"


def plain_pattern(dialect: str) -> str:
    """The regular expression of the names that a dialect reads back as they are, unquoted."""
    strategy = Dialect.get_or_raise(dialect).NORMALIZATION_STRATEGY
    return _PLAIN.get(strategy, _PLAIN_ANY_CASE)


@cache
def reserved_words(dialect: str) -> frozenset[str]:
    """Words that are no column's name unless quoted; a quote too many does no harm.

    DuckDB's grammar is PostgreSQL's, so its words serve every dialect; each adds its own.
    """
    spoken = Dialect.get_or_raise(dialect)
    grammar = query(_GRAMMAR_WORDS).column("word").to_pylist()
    functions = {token.name.lower() for token in spoken.parser_class.NO_PAREN_FUNCTIONS}
    # A bare `user` is a function too; PostgreSQL reserves it, DuckDB and SQLGlot do not.
    return frozenset({*grammar, *spoken.generator_class.RESERVED_KEYWORDS, *functions, "user"})
