"""The two sides of a comparison that somebody asks for: which version of which source.

A side is named by a version, as in `catalog.history`; `module.source@version` is another source's.
`nothing` is the empty catalog: what is there before the first version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metadata_assets.catalog.history import (
    LATEST,
    PREVIOUS,
    catalog_versions,
    load_version,
    named_version,
)
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.store import load_catalog_at
from metadata_assets.lake import Lake

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes:
        source: Whose catalog it is.
        data_version: Its version; None for `nothing`.
        published_at: When it was published.
        catalog: What it holds.
    """

    source: str
    data_version: str | None
    published_at: datetime | None
    catalog: Catalog

    def __str__(self) -> str:
        """The side as it can be named."""
        return f"{self.source}@{(self.data_version or NOTHING)[:12]}"


def earlier_side(lake: Lake, source: str, name: str | None) -> Side:
    """The side to compare with; without a name, the version before the latest, if there is one."""
    if name is None:
        name = PREVIOUS if len(catalog_versions(lake, source)) > 1 else NOTHING
    return _side(lake, source, name)


def later_side(lake: Lake, source: str, name: str | None) -> Side:
    """The side that is compared; without a name, the latest version."""
    return _side(lake, source, name or LATEST)


def _side(lake: Lake, source: str, name: str) -> Side:
    owner, at, version_name = name.rpartition("@")
    source, name = (owner, version_name or LATEST) if at else (source, name)
    if name == NOTHING:
        return Side(source, None, None, load_catalog_at(lake, source, {}))
    version = named_version(catalog_versions(lake, source), name, source=source)
    catalog = load_version(lake, source, version)
    return Side(source, version.data_version, version.published_at, catalog)
