"""Rows for the parts of a catalog, from what SQLAlchemy's inspector said of its relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeEngine

from metadata_assets.sources.sqlalchemy.reflection import STUMBLES, Facts, Relation, recover
from metadata_assets.sources.sqlalchemy.types import (
    NativeColumn,
    allowed_values,
    base_type,
    native_columns,
    rendered,
)

COLUMNS_OF: Mapping[str, tuple[str, ...]] = {
    "tables": ("schema_name", "table_name", "object_type", "comment", "definition"),
    "columns": (
        *("schema_name", "table_name", "ordinal", "column_name", "native_type", "base_type"),
        *("allowed_values", "nullable", "default_expr", "generated_expr", "identity"),
        *("collation", "comment", "generated"),
    ),
    "constraints": (
        *("schema_name", "table_name", "constraint_name", "constraint_type", "columns"),
        *("ref_schema_name", "ref_table_name", "referenced_columns"),
        *("on_delete", "on_update", "expression"),
    ),
    "indexes": (
        *("schema_name", "table_name", "index_name", "columns"),
        *("is_unique", "method", "predicate"),
    ),
    "unreadable": ("schema_name", "table_name", "reason"),
}
"""The parts, and the columns of their rows."""

_GUESSES_TYPES = frozenset({"sqlite"})
"""Dialects that name the affinity of a type they do not know: UNSIGNED BIG INT becomes INTEGER."""
_UNKNOWN_TYPE = "unknown"
_GENERATED = {"True": "stored", "False": "virtual"}

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]


def rows_of(connection: Connection, relations: Iterable[Relation]) -> Rows:
    """The rows of every part.

    Args:
        connection: Asked again where the inspector's answer is not enough.
        relations: What the inspector said.
    """
    native = _NativeColumns(connection)
    rows: Rows = {part: [] for part in COLUMNS_OF}
    for relation in relations:
        name = relation.schema_name, relation.table_name
        columns = list(_columns(relation, native))
        if columns or "columns" in relation.parts:
            comment = (relation.parts.get("comment") or {}).get("text")
            rows["tables"].append((*name, relation.object_type, comment, relation.definition))
            rows["columns"] += ((*name, *column) for column in columns)
            known = {column[1] for column in columns}
            rows["constraints"] += (
                (*name, *key) for key in _constraints(relation) if known.issuperset(key[2] or ())
            )
            rows["indexes"] += ((*name, *index) for index in _indexes(relation))
        problems = {
            part: reason
            for part, reason in relation.problems.items()
            if part != "columns" or not columns
        }
        if problems:
            reason = "; ".join(f"{part}: {reason}" for part, reason in problems.items())
            rows["unreadable"].append((*name, reason))
    return rows


class _NativeColumns:
    """What the engine itself says of columns; each schema is asked at most once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._schemas: dict[str, dict[str, list[NativeColumn]]] = {}

    def of(self, relation: Relation) -> list[NativeColumn]:
        """The columns of a relation, in order; none where the engine does not tell."""
        schema = relation.schema_name
        if schema not in self._schemas:
            self._schemas[schema] = {}
            try:
                columns = native_columns(self.connection, schema)
            except STUMBLES as error:
                recover(self.connection, error)
                columns = []
            for column in columns:
                self._schemas[schema].setdefault(column.table_name, []).append(column)
        found = self._schemas[schema].get(relation.table_name, [])
        return sorted(found, key=lambda column: column.ordinal)


def _columns(relation: Relation, native: _NativeColumns) -> Iterator[Row]:
    if "columns" not in relation.parts:
        for column in native.of(relation):
            yield (
                *(column.ordinal, column.column_name, column.native_type, None, None),
                *(column.nullable, column.default, None, None, None, None, None),
            )
        return
    dialect = native.connection.dialect
    for ordinal, column in enumerate(relation.parts["columns"], start=1):
        column_type: TypeEngine[Any] = column["type"]
        native_type = None if dialect.name in _GUESSES_TYPES else rendered(column_type, dialect)
        if native_type is None:
            found = [c.native_type for c in native.of(relation) if c.column_name == column["name"]]
            native_type = (found or [rendered(column_type, dialect) or _UNKNOWN_TYPE])[0]
        computed = column.get("computed") or {}
        yield (
            *(ordinal, str(column["name"]), native_type),
            column.get("base_type") or base_type(column_type, dialect),
            allowed_values(column_type),
            column.get("nullable", True),
            # Some dialects tell the expression of a generated column as its default too.
            None if computed else column.get("default"),
            computed.get("sqltext"),
            _identity(column),
            getattr(column_type, "collation", None),
            column.get("comment"),
            _GENERATED.get(str(computed.get("persisted"))),
        )


def _identity(column: Facts) -> str | None:
    identity = column.get("identity")
    if identity:
        return "always" if identity.get("always") else "by_default"
    # `auto` means that it may be one; and a sequence shows as the default already.
    is_numbered = column.get("autoincrement") is True and column.get("default") is None
    return "auto_increment" if is_numbered else None


def _constraints(relation: Relation) -> Iterator[Row]:
    """Name, type, columns, what is referenced, rules, expression."""
    parts = relation.parts
    key = parts.get("primary_key") or {}
    if key.get("constrained_columns"):
        yield _key("primary_key", key.get("name"), key["constrained_columns"])
    for unique in parts.get("uniques") or ():
        yield _key("unique", unique.get("name"), unique["column_names"])
    for foreign in parts.get("foreign_keys") or ():
        options = foreign.get("options") or {}
        yield (
            *(foreign.get("name"), "foreign_key", foreign["constrained_columns"]),
            foreign.get("referred_schema") or relation.implied_schema,
            *(foreign["referred_table"], foreign["referred_columns"]),
            *(_action(options.get("ondelete")), _action(options.get("onupdate")), None),
        )
    for check in parts.get("checks") or ():
        yield (check.get("name"), "check", *(None,) * 6, check["sqltext"])


def _key(constraint_type: str, name: str | None, columns: list[str]) -> Row:
    return (name, constraint_type, columns, *(None,) * 6)


def _action(rule: str | None) -> str | None:
    # PostgreSQL's may name columns: SET NULL (id).
    action, parenthesis, columns = (rule or "NO ACTION").partition("(")
    return None if action.upper() == "NO ACTION" else f"{action.upper()}{parenthesis}{columns}"


def _indexes(relation: Relation) -> Iterator[Row]:
    """Name, columns, uniqueness, method, predicate of those that serve no constraint."""
    serving = {unique.get("name") for unique in relation.parts.get("uniques") or ()}
    serving.add((relation.parts.get("primary_key") or {}).get("name"))
    for index in relation.parts.get("indexes") or ():
        name = index.get("name")
        if name is None or name in serving or index.get("duplicates_constraint"):
            continue
        # An expression has no name; where there is one, `expressions` has the texts of all parts.
        parts = index.get("expressions") or index["column_names"]
        options = {
            # A predicate may be a clause of SQLAlchemy's own.
            key.partition("_")[2]: None if value is None else str(value)
            for key, value in index.get("dialect_options", {}).items()
        }
        yield (
            *(name, [part for part in parts if part is not None], bool(index.get("unique"))),
            *(options.get("using"), options.get("where")),
        )
