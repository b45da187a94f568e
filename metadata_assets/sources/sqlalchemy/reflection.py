"""What SQLAlchemy's inspector tells of a database: in bulk, and where that fails object by object.

One odd table must not hide the others: whatever a dialect stumbles over is asked for again one
object at a time, and what then still fails is listed with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import Inspector, ObjectKind

from metadata_assets.errors import SourceRefused
from metadata_assets.sources.create_table.text import created_query

Facts = Mapping[str, Any]
"""What the inspector says of one column, key or index."""

STUMBLES = (
    exc.SQLAlchemyError,
    # What dialects also raise on what they did not expect.
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""The errors of a dialect that cannot reflect something; those of a lost connection are not."""

_PARTS: Mapping[str, str] = {
    "columns": "columns",
    "primary_key": "pk_constraint",
    "foreign_keys": "foreign_keys",
    "uniques": "unique_constraints",
    "checks": "check_constraints",
    "indexes": "indexes",
    "comment": "table_comment",
}
"""The inspector's words for the parts of a table."""

_HOPELESS = 20
"""So many first objects fail before a part is given up: the dialect cannot reflect it at all."""

_SYSTEM_SCHEMAS: Mapping[str, str] = {
    "cockroachdb": r"pg_.*|crdb_internal",
    "db2": r"sys.*|null.*|sqlj",
    "duckdb": r"system\..*|temp\..*",
    "mariadb": r"mysql|performance_schema|sys",
    "mssql": r"sys|guest|db_.*",
    "mysql": r"mysql|performance_schema|sys",
    "oracle": r"sys|system|outln|xdb|dbsnmp|gsm.*|(aud|ctx|lbac|md|ojvm|olap|ord|wm)sys",
    "postgresql": r"pg_.*",
    "redshift": r"pg_.*",
}
"""The schemas of the engine itself, beside `information_schema`; whole names, of any case."""


_TOOK_TOO_LONG = "57014"
_SEARCHES = frozenset({"cockroachdb", "postgresql", "redshift"})
"""Engines that leave out the schema of what the search path finds."""


@dataclass(slots=True)
class Relation:
    """A table or view, and what could be read of it.

    Attributes:
        schema_name: Its schema.
        table_name: Its name.
        object_type: As `catalog.model` calls it.
        implied_schema: Where a foreign key leads that names no schema.
        definition: The query of a view.
        parts: The facts of each part of `_PARTS`; without those that could not be read.
        problems: Why the others could not, by part.
    """

    schema_name: str
    table_name: str
    object_type: str
    implied_schema: str
    definition: str | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def reflect(connection: Connection, schemas: Sequence[str]) -> Iterator[Relation]:
    """Read every table and view.

    Args:
        connection: To what is read.
        schemas: The ones to read; all but the engine's own where empty.
    """
    inspector = sa.inspect(connection)
    for schema in schemas or _schemas(inspector):
        yield from _Schema(connection, inspector, schema).relations()


def _schemas(inspector: Inspector) -> list[str]:
    database = inspector.engine.url.database
    if inspector.dialect.name in ("mysql", "mariadb") and database:
        return [database]  # Where a schema is a database, the url names it.
    own = _SYSTEM_SCHEMAS.get(inspector.dialect.name)
    system = re.compile(rf"(.*\.)?information_schema|{own or '(?!)'}", re.IGNORECASE)
    return [name for name in inspector.get_schema_names() if not system.fullmatch(name)]


class _Schema:
    """Reads one schema."""

    def __init__(self, connection: Connection, inspector: Inspector, name: str) -> None:
        self._connection = connection
        self._inspector = inspector
        self._name = name
        self._implied = name
        if inspector.dialect.name in _SEARCHES:
            self._implied = connection.exec_driver_sql("SELECT current_schema()").scalar() or name

    def relations(self) -> list[Relation]:
        found = {relation.table_name: relation for relation in self._listed()}
        for part, word in _PARTS.items():
            self._read_part(part, word, found)
        for relation in found.values():
            if relation.object_type.endswith("view"):
                self._read_definition(relation)
        return list(found.values())

    def _listed(self) -> Iterator[Relation]:
        for object_type, method in (
            ("table", "get_table_names"),
            ("foreign_table", "get_foreign_table_names"),
            ("view", "get_view_names"),
            ("materialized_view", "get_materialized_view_names"),
        ):
            names = getattr(self._inspector, method, None)
            if names is None:
                continue  # Only PostgreSQL's inspector lists foreign tables.
            try:
                listed = names(schema=self._name)
            except NotImplementedError:
                continue  # The engine has no relations of this kind.
            except STUMBLES as error:
                if isinstance(error, exc.SQLAlchemyError):
                    raise
                # Not known what it holds: nothing of it may look as if it were gone.
                raise SourceRefused(
                    f"its dialect cannot list the schema {self._name} ({told(error)})",
                    where=self._inspector.dialect.name,
                    remedy="Name the others under `schemas`.",
                ) from error
            yield from (
                Relation(self._name, name, object_type, self._implied) for name in sorted(listed)
            )

    def _read_part(self, part: str, word: str, relations: Mapping[str, Relation]) -> None:
        """Read a part of all relations: in bulk, and one by one what that does not give."""
        in_bulk = getattr(self._inspector, f"get_multi_{word}")
        read = getattr(self._inspector, f"get_{word}")
        try:
            found = in_bulk(schema=self._name, kind=ObjectKind.ANY)
        except NotImplementedError:
            return  # The engine has none.
        except STUMBLES as error:
            recover(self._connection, error)
            self._read_each(part, read, relations)
            return
        for (_, name), facts in found.items():
            if name in relations:
                relations[name].parts[part] = facts
        if part == "columns":
            # Dialects leave out of a bulk answer what they cannot reflect, without a word.
            left_out = {name: r for name, r in relations.items() if part not in r.parts}
            self._read_each(part, read, left_out)

    def _read_each(
        self, part: str, read: Callable[..., Any], relations: Mapping[str, Relation]
    ) -> None:
        failures, succeeded = 0, False
        for name, relation in relations.items():
            if failures == _HOPELESS and not succeeded:
                relation.problems[part] = "this dialect cannot reflect them"
                continue
            try:
                relation.parts[part] = read(name, schema=self._name)
                succeeded = True
            except NotImplementedError:
                return  # The engine has none.
            except STUMBLES as error:
                recover(self._connection, error)
                relation.problems[part] = told(error)
                failures += 1

    def _read_definition(self, view: Relation) -> None:
        try:
            text = self._inspector.get_view_definition(view.table_name, schema=self._name)
        except STUMBLES as error:
            recover(self._connection, error)
            view.problems["definition"] = told(error)
            return
        view.definition = created_query(text) if text else None


def recover(connection: Connection, error: Exception) -> None:
    """Leave the transaction that an error has spoilt.

    A lost connection, or a statement that took too long, is no oddity of an object: it raises.
    """
    if isinstance(error, exc.DBAPIError) and (
        error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _TOOK_TOO_LONG
    ):
        raise error
    connection.rollback()


def told(error: Exception) -> str:
    """What an engine said, in its first line."""
    reason = str(error.orig) if isinstance(error, exc.DBAPIError) else str(error)
    return f"{type(error).__name__}: {reason.strip().partition(chr(10))[0][:200]}"
