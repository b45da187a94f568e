"""Warehouses that tell their catalog in an information_schema: what their drivers share.

A driver asks its queries one by one; the answers are staged under the names of the queries, and
the `shape_*.sql` of its engine make the parts of a catalog of them, in DuckDB.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.config import SourceConfig
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.patience import patiently
from metadata_assets.sources.staging import staging


class Cursor(Protocol):
    """What is used of a DB-API cursor."""

    description: Any

    def execute(self, operation: str, /) -> object:
        """Run a statement."""

    def fetchall(self) -> Sequence[Sequence[object]]:
        """The rows it found."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found.

    Attributes:
        columns: The names of its columns, in lower case.
        rows: The values.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def mapped(self, column: str, function: Callable[[str], str | None]) -> Answer:
        """The same with a function applied to the texts of a column."""
        place = self.columns.index(column)
        rows = (
            (*row[:place], function(text) if text else None, *row[place + 1 :])
            for row in self.rows
            for text in [str(row[place] or "")]
        )
        return Answer(self.columns, tuple(rows))

    def only(self, columns: Sequence[str]) -> Answer:
        """The same with these columns in this order; those it lacks are null."""
        places = [self.columns.index(c) if c in self.columns else None for c in columns]
        rows = (tuple(None if p is None else row[p] for p in places) for row in self.rows)
        return Answer(tuple(columns), tuple(rows))

    def and_also(self, other: Answer) -> Answer:
        """The rows of both; the other has the same columns."""
        return Answer(self.columns, self.rows + other.rows)


Answers = Mapping[str, Answer]
"""The answers by the names of their queries."""


def ask(cursor: Cursor, statement: str) -> Answer:
    """Run a statement and fetch everything it finds."""
    cursor.execute(statement)
    columns = tuple(str(column[0]).lower() for column in cursor.description or ())
    return Answer(columns, tuple(tuple(row) for row in cursor.fetchall()))


def catalog_of(
    engine: str, answers: Answers, wanted: Mapping[str, Sequence[str]], config: SourceConfig
) -> Catalog:
    """Shape the answers into a catalog.

    Args:
        engine: Whose `shape_*.sql` to use.
        answers: By the names of their queries.
        wanted: The columns the shapes use, by query; those an answer lacks are null: editions and
            releases of a warehouse differ in what they tell.
        config: What to leave out.
    """
    with staging() as stage:
        for name, columns in wanted.items():
            rows = answers[name].only(columns).rows
            stage.load_rows(name, columns, ([_plain(value) for value in row] for row in rows))
        return assemble(
            tables=stage.query(catalog_sql(engine, "shape_tables")),
            columns=stage.query(catalog_sql(engine, "shape_columns")),
            constraints=stage.query(catalog_sql(engine, "shape_constraints")),
            unreadable=stage.query(catalog_sql(engine, "shape_unreadable")),
            include=config.include,
            exclude=config.exclude,
        )


def fingerprint_of(
    answers: Answers, wanted: Mapping[str, Sequence[str]], volatile: Collection[str]
) -> str:
    """A hash over what a catalog is made of, in whatever order; `volatile` columns aside."""
    lines = []
    for name, columns in wanted.items():
        told = answers[name].only([column for column in columns if column not in volatile])
        lines += [json.dumps([name, *map(_plain, row)]) for row in told.rows]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def connector(module: str, *, extra: str) -> Any:
    """A warehouse's own Python module.

    Raises:
        SourceRefused: It is not installed; names the extra that brings it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise SourceRefused(
            f"the Python module `{error.name}` is not installed",
            where=extra,
            remedy=f"pip install 'metadata-assets[{extra}]'",
        ) from None


@dataclass(frozen=True, slots=True)
class Warehouse:
    """How one is talked to, and what its errors mean.

    Attributes:
        name: Its name, for messages.
        where: Which of its databases, for messages.
        errors: What its connector raises, beside the errors of the network.
        is_transient: Whether trying again may help.
        least_privileges: The remedy where it refuses.
    """

    name: str
    where: str
    errors: tuple[type[Exception], ...]
    is_transient: Callable[[Exception], bool]
    least_privileges: str

    @contextmanager
    def cursor(self, connect: Callable[[], Any]) -> Iterator[Cursor]:
        """A cursor on a new connection; what goes wrong on it is explained.

        Raises:
            SourceUnavailable: The warehouse cannot be reached, or took too long.
            SourceRefused: It refuses us.
        """
        caught: tuple[type[Exception], ...] = (*self.errors, OSError)

        def attempt() -> Any:
            try:
                return connect()
            except caught as error:
                raise self._explained(error) from None

        try:
            with closing(patiently(attempt)) as connection:
                yield connection.cursor()
        except caught as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> SourceUnavailable | SourceRefused:
        said = " ".join(str(error).split())[:300]
        if isinstance(error, OSError) or self.is_transient(error):
            return SourceUnavailable(
                f"{self.name} cannot be reached, or failed: {said}",
                where=self.where,
                remedy="Check the source's configuration, its credentials and the network; then "
                "sync again.",
            )
        return SourceRefused(
            f"{self.name} refuses: {said}", where=self.where, remedy=self.least_privileges
        )


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
