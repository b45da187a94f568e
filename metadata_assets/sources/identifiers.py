"""Names as identifiers of standard SQL."""

from __future__ import annotations


def quoted(name: str) -> str:
    """A name in double quotes, as PostgreSQL, SQLite and DuckDB take it."""
    return '"' + name.replace('"', '""') + '"'
