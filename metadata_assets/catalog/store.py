"""The catalog of a source in the lake: publish it, load it back."""

from __future__ import annotations

from collections.abc import Mapping

from metadata_assets.catalog.model import (
    COLUMNS,
    CONSTRAINTS,
    INDEXES,
    TABLES,
    TYPES,
    UNREADABLE,
    Catalog,
)
from metadata_assets.lake import Lake


def publish_catalog(
    lake: Lake, source: str, catalog: Catalog, *, metadata: Mapping[str, str]
) -> list[str]:
    """Make a catalog the stored one of its source; parts that did not change are not written.

    A crash in between leaves some parts new: the caller records the source's fingerprint only
    after this returns, so the next sync publishes again.

    Args:
        lake: Where to.
        source: Whose catalog it is.
        catalog: A sound catalog.
        metadata: Kept in each commit.

    Returns:
        The names of the lake tables that were written.

    Raises:
        ConcurrentWrite: Another process published this source at the same time.
    """
    return [
        part.name
        for part, rows in catalog.parts().items()
        if lake.partition(part, source).replace(rows, metadata=metadata) is not None
    ]


def load_catalog(lake: Lake, source: str) -> Catalog:
    """The stored catalog of a source; empty where none was published yet."""
    return Catalog(
        tables=lake.read(TABLES, source),
        columns=lake.read(COLUMNS, source),
        constraints=lake.read(CONSTRAINTS, source),
        indexes=lake.read(INDEXES, source),
        types=lake.read(TYPES, source),
        unreadable=lake.read(UNREADABLE, source),
    )
