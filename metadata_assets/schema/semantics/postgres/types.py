"""Names of types: from the catalog's texts and from casts to those of `system`, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from metadata_assets.schema.semantics.postgres.coercion import array_of, enum_type
from metadata_assets.schema.semantics.postgres.system import OPAQUE, system
from metadata_assets.schema.tables import Column, TableIndex

_SPELLED: Mapping[str, str] = {
    "bool": "boolean",
    "bpchar": "character",
    "float4": "real",
    "float8": "double precision",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
    "char": '"char"',
}
_DOMAINS: Mapping[str, str] = {
    "cardinal_number": "int4",
    "character_data": "varchar",
    "sql_identifier": "name",
    "time_stamp": "timestamptz",
    "yes_or_no": "varchar",
}
"""What the types of information_schema rest on."""

_NAMES: Mapping[str, str] = {
    **{text: name for name, text in _SPELLED.items()},
    **{f"information_schema.{text}": name for text, name in _DOMAINS.items()},
    "bigserial": "int8",
    "char": "bpchar",
    "decimal": "numeric",
    "double": "float8",
    "float": "float8",
    "int": "int4",
    "serial": "int4",
    "smallserial": "int2",
    "tinyint": "int2",
    "varbinary": "bytea",
}
_MODIFIER = re.compile(r" ?\([^)]*\)")
_DIMENSIONS = re.compile(r"(?: ?\[\d*\])+$")


def spelled(name: str) -> str:
    """A type as PostgreSQL's messages name it."""
    if name.endswith("[]"):
        return f"{spelled(name[:-2])}[]"
    if name.startswith("enum "):
        return name.removeprefix("enum ").removeprefix("public.")
    return _SPELLED.get(name, name)


def column_type(column: Column) -> str:
    """The type of a column."""
    if column.labels is not None:
        return enum_type(column.native_type)
    return native_type(column.native_type, column.sqlglot_type)


@lru_cache(maxsize=1 << 12)
def native_type(native: str, canonical: str) -> str:
    """The type that a text of the catalog names.

    Args:
        native: As the catalog prints it: `character varying(20)`, `public.mood[]`.
        canonical: The sqlglot type, which says what a domain rests on.
    """
    found = _known(native)
    return found if found != OPAQUE else _known(canonical.lower())


def _known(text: str) -> str:
    dimensions = _DIMENSIONS.search(text)
    if dimensions:
        element = _known(text[: dimensions.start()])
        return f"{element}[]"
    plain = _MODIFIER.sub("", text).strip()
    name = _NAMES.get(plain, plain.removeprefix("pg_catalog."))
    if name.startswith("interval"):
        name = "interval"
    return name if name in system().types else OPAQUE


def cast_type(type_name: Any, index: TableIndex) -> str | None:
    """The type a cast names; None where there is no such type.

    Args:
        type_name: The TypeName.
        index: Knows the types of the columns there are, the database's own among them.
    """
    names = [each.string.sval for each in type_name.names]
    name = names[-1]
    if type_name.pct_type or (len(names) > 1 and names[0] != "pg_catalog"):
        own = _own_type(".".join(names), index)
        if own is None and not type_name.pct_type and not index.has_schema(names[0]):
            return None
        name = own or OPAQUE
    elif name not in system().types:
        own = _own_type(name, index)
        if own is None:
            return None
        name = own
    if type_name.array_bounds:
        name = array_of(name)
    return f"{name[1:]}[]" if name.startswith("_") else name


def _own_type(name: str, index: TableIndex) -> str | None:
    native = index.type_named(name)
    if native is None:
        return None
    return enum_type(native) if native in index.enums else OPAQUE


def cast_text(type_name: Any) -> str | None:
    """The type a cast names with its modifiers, as format_type prints it."""
    names = [each.string.sval for each in type_name.names]
    if len(names) > 1 and names[0] != "pg_catalog":
        return ".".join(names)
    numbers = [str(each.a_const.ival.ival) for each in type_name.typmods]
    if not numbers or type_name.array_bounds or names[-1] in ("interval", "bpchar"):
        return None
    base, space, rest = spelled(names[-1]).partition(" with")
    return f"{base}({','.join(numbers)}){space}{rest}"
