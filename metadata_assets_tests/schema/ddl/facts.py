"""Two catalogs compared cell by cell, but for what no DDL carries."""

from __future__ import annotations

from typing import Any

from metadata_assets.catalog.model import Catalog
from metadata_assets_tests.sources.reading import differences

NOT_IN_DDL = {
    "owner": "whoever creates it",
    "row_estimate": "an empty table has no rows",
    "bytes": "nor size",
    "content_hash": "of the other cells, which are compared",
}
_KEYS = {
    "tables": ("table_fqdn",),
    "columns": ("table_fqdn", "column_name"),
    "constraints": ("table_fqdn", "position"),
    "indexes": ("table_fqdn", "index_name"),
    "types": ("type_fqdn",),
}


def unlike(found: Catalog, expected: Catalog, *, passing_over: frozenset[str] = frozenset()) -> Any:
    """A line for every cell that differs.

    Args:
        found: One catalog.
        expected: The other.
        passing_over: The FQDNs of tables that need not be alike.
    """
    return differences(_cells(found, passing_over), _cells(expected, passing_over))


def _cells(catalog: Catalog, passing_over: frozenset[str]) -> dict[Any, Any]:
    return {
        (part, *(row[name] for name in key), cell): value
        for part, key in _KEYS.items()
        for row in getattr(catalog, part).to_pylist()
        for cell, value in row.items()
        if cell not in NOT_IN_DDL and row.get("table_fqdn") not in passing_over
    }
