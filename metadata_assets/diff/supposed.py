"""A change that was not made: what if this table, or this column, went?"""

from __future__ import annotations

import pyarrow.compute as pc

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import Change, DropTable
from metadata_assets.diff.column_changes import DropColumn
from metadata_assets.diff.definitions import ColumnDefinition
from metadata_assets.errors import ConfigurationError

_SHOWN = 5


def supposed_drop(catalog: Catalog, name: str, *, source: str) -> Change:
    """The drop of a table or column.

    Args:
        catalog: What the source holds.
        name: `schema.table`, `schema.table.column`, or the same without the schema.
        source: The source's key, for messages.

    Raises:
        ConfigurationError: Nothing has that name, or several tables do.
    """
    candidates: list[Change] = [
        DropTable(row["table_fqdn"], row["object_type"])
        for row in catalog.tables.to_pylist()
        if name.lower() in (row["table_fqdn"].lower(), row["table_name"].lower())
    ]
    table_name, dot, column_name = name.rpartition(".")
    if not candidates and dot:
        candidates = _columns(catalog, table_name, column_name.strip('"'))
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise ConfigurationError(
            f"the catalog holds no table or column {name}",
            where=source,
            remedy="Write schema.table or schema.table.column, as `metadata-assets diff SOURCE "
            "--from nothing` lists them.",
        )
    meant = ", ".join(change.table for change in candidates[:_SHOWN])
    raise ConfigurationError(
        f"several tables are named {name}", where=source, remedy=f"Say which: {meant}."
    )


def _columns(catalog: Catalog, table_name: str, column_name: str) -> list[Change]:
    wanted = table_name.lower()
    tables = [
        row["table_fqdn"]
        for row in catalog.tables.select(["table_fqdn", "table_name"]).to_pylist()
        if wanted in (row["table_fqdn"].lower(), row["table_name"].lower())
    ]
    found = catalog.columns.filter(pc.field("table_fqdn").isin(tables)).to_pylist()
    return [
        DropColumn(row["table_fqdn"], row["column_name"], ColumnDefinition.of(row))
        for row in found
        if row["column_name"].lower() == column_name.lower()
    ]
