"""The rows of a catalog gathered by table, as DDL is written from them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.model import Catalog

Row = Mapping[str, Any]


@dataclass(frozen=True)
class TableRows:
    """One table or view with all that belongs to it.

    Attributes:
        row: Its row in the catalog.
        properties: What only its engine knows.
        columns: Its columns, in order.
        constraints: Its keys and checks.
        indexes: Its other indexes.
    """

    row: Row
    properties: Mapping[str, Any]
    columns: Sequence[Row]
    constraints: Sequence[Row]
    indexes: Sequence[Row]

    @property
    def fqdn(self) -> str:
        """Its name in the catalog."""
        return str(self.row["table_fqdn"])

    @property
    def is_view(self) -> bool:
        """Whether it is a query, stored or not."""
        return self.row["object_type"] in ("view", "materialized_view")

    @property
    def primary_key(self) -> list[str]:
        """The columns of its primary key."""
        keys = [one for one in self.constraints if one["constraint_type"] == "primary_key"]
        return list(keys[0]["columns"]) if keys else []

    def identifying_columns(self) -> list[list[str]]:
        """The column lists that identify a row."""
        kinds = ("primary_key", "unique")
        return [list(one["columns"]) for one in self.constraints if one["constraint_type"] in kinds]


def described_tables(catalog: Catalog, chosen: pa.Table) -> list[TableRows]:
    """The tables and views of a catalog, by name.

    Args:
        catalog: The catalog.
        chosen: The rows of its `tables` that are wanted.
    """
    parts = {
        "columns": _by_table(catalog.columns),
        "constraints": _by_table(catalog.constraints),
        "indexes": _by_table(catalog.indexes),
    }
    return [
        TableRows(
            row=row,
            properties=json.loads(row["properties"] or "{}"),
            **{name: rows.get(row["table_fqdn"], ()) for name, rows in parts.items()},
        )
        for row in chosen.sort_by("table_fqdn").to_pylist()
    ]


def _by_table(rows: pa.Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["table_fqdn"], []).append(row)
    return found
