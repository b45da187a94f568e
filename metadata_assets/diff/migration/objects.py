"""The tables and types that a migration concerns, by name, as rows of the catalog."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import RenameTable
from metadata_assets.diff.column_changes import RenameColumn

Row = Mapping[str, Any]

_PART = r'"(?:[^"]|"")*"|[^."]*'
_FQDN = re.compile(rf"({_PART})\.({_PART})")

VIEWS = ("view", "materialized_view")
"""The object types that are queries under a name."""


@dataclass(frozen=True, slots=True)
class TableRows:
    """All that a catalog holds of one table or view.

    Attributes:
        earlier_name: The FQDN the database knows it by, where it goes by a later one here.
        earlier_columns: The same of its columns, by the names they go by.
    """

    row: Row
    columns: tuple[Row, ...]
    constraints: tuple[Row, ...]
    indexes: tuple[Row, ...]
    earlier_name: str | None = None
    earlier_columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_renamed(self) -> bool:
        """Whether the database knows it, or one of its columns, by another name."""
        return self.earlier_name is not None or bool(self.earlier_columns)

    @property
    def is_view(self) -> bool:
        """Whether it is a query under a name."""
        return self.row["object_type"] in VIEWS

    def column(self, name: str) -> Row:
        """The column of that name."""
        return next(column for column in self.columns if column["column_name"] == name)


@dataclass(frozen=True, slots=True)
class Objects:
    """One side of a migration.

    Attributes:
        tables: By FQDN: the tables concerned, and all views.
        types: By FQDN, all user-defined types.
    """

    tables: Mapping[str, TableRows]
    types: Mapping[str, Row]

    @classmethod
    def of(cls, catalog: Catalog, names: Collection[str]) -> Objects:
        """The named tables, all views and all types of a catalog."""
        is_view = pc.is_in(catalog.tables["object_type"], pa.array(list(VIEWS), pa.string()))
        views = catalog.tables.filter(is_view)["table_fqdn"].to_pylist()
        wanted = pa.array(sorted({*names, *map(str, views)}), pa.string())
        columns, constraints, indexes = (
            _by_table(part, wanted)
            for part in (catalog.columns, catalog.constraints, catalog.indexes)
        )
        return cls(
            {
                fqdn: TableRows(
                    row,
                    tuple(sorted(columns[fqdn], key=lambda column: int(column["ordinal"]))),
                    tuple(constraints[fqdn]),
                    tuple(indexes[fqdn]),
                )
                for fqdn, (row,) in _by_table(catalog.tables, wanted).items()
            },
            {row["type_fqdn"]: row for row in catalog.types.to_pylist()},
        )

    def renamed(self, tables: Sequence[RenameTable], columns: Sequence[RenameColumn]) -> Objects:
        """The same, but in the database the renames are still to be made."""
        found = dict(self.tables)
        for table in tables:
            found[table.to] = replace(found[table.to], earlier_name=table.table)
        for column in columns:
            known = found[column.table]
            names = {**known.earlier_columns, column.to: column.column}
            found[column.table] = replace(known, earlier_columns=names)
        return replace(self, tables=found)


def name_parts(fqdn: str) -> tuple[str, str]:
    """The schema and the name that an FQDN is made of."""
    found = _FQDN.fullmatch(fqdn)
    if found is None:
        return "", fqdn
    schema, name = (
        part[1:-1].replace('""', '"') if part.startswith('"') else part for part in found.groups()
    )
    return schema, name


def _by_table(rows: pa.Table, wanted: pa.Array[Any]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows.filter(pc.is_in(rows["table_fqdn"], wanted)).to_pylist():
        found[row["table_fqdn"]].append(row)
    return found
