"""Pieces of SQL that terms are defined by: a query, an expression, or a condition.

A piece is made a query on the tables that its term names, and judged as any query is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from metadata_assets.errors import PermanentError
from metadata_assets.quality.subject import QualitySubject
from metadata_assets.quality.terms import Term
from metadata_assets.schema.identifiers import column_parts, quoted
from metadata_assets.schema.semantics.problems import AMBIGUOUS_COLUMN, GROUPING

_QUERY = re.compile(
    r"\s*(--[^\n]*\n\s*|/\*.*?\*/\s*|\(\s*)*(select|with|values|from)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\s*where\b", re.IGNORECASE)

_OF_THE_FRAME = (AMBIGUOUS_COLUMN, GROUPING)
"""Problems that the query around a piece may have, and the piece has not."""


class Snippets:
    """Judges the SQL of terms on a source."""

    def __init__(self, subject: QualitySubject) -> None:
        """Judge on the schema of a source."""
        self._subject = subject

    def problems(self, term: Term) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What is wrong with the SQL of a term, with the nearest names."""
        sql = (term.sql or "").strip().rstrip(";")
        if _QUERY.match(sql):
            yield from self._judged(sql, ())
            return
        condition = _CONDITION.sub("", sql, count=1)
        try:
            tree = parse_one(condition, read=self._subject.dialect)
        except SqlglotError as error:
            yield str(error).splitlines()[0], ()
            return
        tables = self._tables(term, tree)
        if tables:
            yield from self._judged(self._framed(sql, condition, tables), _OF_THE_FRAME)

    def _judged(
        self, sql: str, passed_over: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        try:
            problems = self._subject.queries.validate(sql)
        except PermanentError as error:
            yield error.what, ()
            return
        for problem in problems:
            if problem.code not in passed_over:
                yield problem.message, problem.suggestions

    def _framed(self, sql: str, condition: str, tables: list[str]) -> str:
        sources = ", ".join(tables)
        if _CONDITION.match(sql):
            return f"SELECT 1 FROM {sources} WHERE {condition}"
        return f"SELECT {condition} FROM {sources}"

    def _tables(self, term: Term, tree: exp.Expr) -> list[str]:
        """The tables it may be about, as the dialect's SQL writes them."""
        wanted = dict.fromkeys(
            (*term.tables, *(column_parts(column)[0] for column in term.columns))
        )
        for column in tree.find_all(exp.Column):
            if column.table:
                wanted |= dict.fromkeys(self._named.get(column.table.lower(), ()))
        return [self._written[name] for name in wanted if name in self._written]

    @cached_property
    def _written(self) -> Mapping[str, str]:
        """How each table is written, by FQDN."""
        dialect = self._subject.dialect
        return {
            fqdn: f"{quoted(schema, dialect)}.{quoted(name, dialect)}"
            for fqdn, schema, name in self._subject.schema.schema.table_names()
        }

    @cached_property
    def _named(self) -> Mapping[str, list[str]]:
        """The FQDNs of the tables of a name, in lower case."""
        named: dict[str, list[str]] = {}
        for fqdn, _, name in self._subject.schema.schema.table_names():
            named.setdefault(name.lower(), []).append(fqdn)
        return named
