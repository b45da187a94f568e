"""Column types that SQLAlchemy reflected, as text of the engine's own dialect; nothing is lost."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exc, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import NullType, TypeEngine

from metadata_assets.sources.driver import catalog_sql

_NATIVE: Mapping[str, str] = {
    "cockroachdb": "postgresql",
    "greenplum": "postgresql",
    "mariadb": "mysql",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgresql": "postgresql",
    "redshift": "postgresql",
    "sqlite": "sqlite",
}
"""The query that tells native types, by dialect; `information_schema` for any other."""

_HAS_LENGTH = re.compile(r"char|binary", re.IGNORECASE)
_HAS_SCALE = frozenset({"decimal", "numeric"})


@dataclass(frozen=True, slots=True)
class NativeColumn:
    """A column as the engine itself tells it.

    Attributes:
        table_name: The table or view.
        column_name: Its name.
        ordinal: Its place.
        native_type: Its type.
        nullable: Whether it may be null.
        default: Its default.
    """

    table_name: str
    column_name: str
    ordinal: int
    native_type: str
    nullable: bool
    default: str | None


def rendered(column_type: TypeEngine[Any], dialect: Dialect) -> str | None:
    """The type in the dialect's text, without its collation; None where SQLAlchemy has no word."""
    plain = column_type
    for name in ("collation", "charset"):
        if getattr(plain, name, None):
            plain = copy.copy(plain)
            setattr(plain, name, None)
    if any(isinstance(part, NullType) for part in _nested(plain)):
        return None
    try:
        spelling: str = dialect.type_compiler_instance.process(plain)
    except (exc.CompileError, AttributeError, TypeError):
        return None
    return spelling


def base_type(column_type: TypeEngine[Any], dialect: Dialect) -> str | None:
    """What a domain rests on."""
    base = getattr(column_type, "data_type", None)
    return rendered(base, dialect) if isinstance(base, TypeEngine) else None


def allowed_values(column_type: TypeEngine[Any]) -> list[str] | None:
    """The labels of an enum or set, also where it is the element of an array."""
    for part in _nested(column_type):
        labels = getattr(part, "enums", None) or getattr(part, "values", None)
        if isinstance(labels, list | tuple):
            return list(labels)
    return None


def native_columns(connection: Connection, schema: str) -> list[NativeColumn]:
    """The columns of a schema as the engine itself tells them.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: It does not.
    """
    query = catalog_sql("sqlalchemy", _NATIVE.get(connection.dialect.name, "information_schema"))
    rows = connection.execute(
        text(query), {"schema": schema} if ":schema" in query else {}
    ).mappings()
    return [_native_column({str(key).lower(): row[key] for key in row}) for row in rows]


def _native_column(row: Mapping[str, Any]) -> NativeColumn:
    default = row["column_default"]
    return NativeColumn(
        table_name=row["table_name"],
        column_name=row["column_name"],
        ordinal=int(row["ordinal_position"]),
        native_type=_with_modifiers(str(row["data_type"]), row),
        nullable=str(row["is_nullable"]).upper() in ("YES", "Y", "TRUE", "1"),
        default=None if default is None else str(default),
    )


def _with_modifiers(name: str, row: Mapping[str, Any]) -> str:
    """The standard's information_schema tells length and scale apart; some engines all in one."""
    length, precision = row.get("character_maximum_length"), row.get("numeric_precision")
    if "(" in name:
        return name
    if length is not None and _HAS_LENGTH.search(name):
        return f"{name}({'max' if length == -1 else length})"
    if precision is not None and name.lower() in _HAS_SCALE:
        return f"{name}({precision},{row.get('numeric_scale') or 0})"
    return name


def _nested(column_type: TypeEngine[Any]) -> Iterator[TypeEngine[Any]]:
    """The type and those of its elements."""
    yield column_type
    for name in ("item_type", "data_type"):
        inner = getattr(column_type, name, None)
        if isinstance(inner, TypeEngine):
            yield from _nested(inner)
