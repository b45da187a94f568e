"""The catalog of a source in the lake: publish it, load it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from metadata_assets.catalog.model import (
    COLUMNS,
    CONSTRAINTS,
    FUNCTIONS,
    INDEXES,
    TABLES,
    TYPES,
    UNREADABLE,
    Catalog,
)
from metadata_assets.lake import Lake, LakeTable

DATA_VERSION = "data_version"
SOURCE_KEY = "source_key"
"""What each commit of a catalog says of itself: the catalog's version, and whose it is."""


def publish_catalog(lake: Lake, source: str, catalog: Catalog, *, data_version: str) -> list[str]:
    """Make a catalog the stored one of its source; parts that did not change are not written.

    A crash in between leaves some parts new: the caller records the source's fingerprint only
    after this returns, so the next sync publishes again.

    Args:
        lake: Where to.
        source: Whose catalog it is.
        catalog: A sound catalog.
        data_version: Its version, kept in each commit.

    Returns:
        The names of the lake tables that were written.

    Raises:
        ConcurrentWrite: Another process published this source at the same time.
    """
    metadata = {DATA_VERSION: data_version, SOURCE_KEY: source}
    return [
        part.name
        for part, rows in catalog.parts().items()
        if lake.partition(part, source).replace(rows, metadata=metadata) is not None
    ]


def load_catalog(lake: Lake, source: str) -> Catalog:
    """The stored catalog of a source; empty where none was published yet."""
    return _catalog(lambda part: lake.read(part, source))


def load_catalog_at(lake: Lake, source: str, lake_versions: Mapping[str, int]) -> Catalog:
    """The catalog of a source as it was stored at some versions of the lake's tables.

    Args:
        lake: Where it is.
        source: Whose.
        lake_versions: By the name of the part, the version to read; a part without one is empty.
    """

    def read(part: LakeTable) -> pa.Table:
        if part.name not in lake_versions:
            return part.schema.empty_table()
        return lake.read(part, source, version=lake_versions[part.name])

    return _catalog(read)


def _catalog(read: Callable[[LakeTable], pa.Table]) -> Catalog:
    return Catalog(
        tables=read(TABLES),
        columns=read(COLUMNS),
        constraints=read(CONSTRAINTS),
        indexes=read(INDEXES),
        types=read(TYPES),
        functions=read(FUNCTIONS),
        unreadable=read(UNREADABLE),
    )
