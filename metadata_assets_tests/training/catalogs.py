"""Catalogs written down as tables and columns, put together by the real `assemble`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog


@dataclass(frozen=True)
class Column:
    name: str
    type: str = "integer"
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    name: str
    columns: Sequence[Column]
    schema: str = "public"
    keys: Sequence[dict[str, Any]] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def column(name: str, type: str = "integer", **facts: Any) -> Column:
    return Column(name, type, facts)


def table(
    name: str,
    *columns: Column,
    keys: Sequence[dict[str, Any]] = (),
    schema: str = "public",
    **facts: Any,
) -> Table:
    return Table(name, columns, schema, keys, {"object_type": "table", **facts})


def view(name: str, query: str | None, *columns: Column, **facts: Any) -> Table:
    return table(name, *columns, object_type="view", definition=query, **facts)


def wide(name: str, width: int, **facts: Any) -> Table:
    return table(name, *(column(f"c{n}") for n in range(1, width + 1)), **facts)


def primary_key(*columns: str) -> dict[str, Any]:
    return {"constraint_type": "primary_key", "columns": list(columns)}


def unique(*columns: str) -> dict[str, Any]:
    return {"constraint_type": "unique", "columns": list(columns)}


def check(expression: str, *columns: str) -> dict[str, Any]:
    return {"constraint_type": "check", "columns": list(columns), "expression": expression}


def references(
    columns: Sequence[str], table_name: str, referenced: Sequence[str], **facts: Any
) -> dict[str, Any]:
    return {
        "constraint_type": "foreign_key",
        "columns": list(columns),
        "ref_schema_name": "public",
        "ref_table_name": table_name,
        "referenced_columns": list(referenced),
        **facts,
    }


def catalog(*tables: Table, unreadable: dict[str, str] | None = None) -> Catalog:
    named = [(one, {"schema_name": one.schema, "table_name": one.name}) for one in tables]
    return assemble(
        tables=_rows([name | one.facts for one, name in named]),
        columns=_rows(
            [
                name
                | {"column_name": each.name, "native_type": each.type, "ordinal": ordinal}
                | each.facts
                for one, name in named
                for ordinal, each in enumerate(one.columns, 1)
            ]
        ),
        constraints=_rows([name | key for one, name in named for key in one.keys]),
        unreadable=_rows(
            [{"object_name": name, "reason": reason} for name, reason in (unreadable or {}).items()]
        ),
    )


def _rows(rows: Sequence[dict[str, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in names})
