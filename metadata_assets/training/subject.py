"""A source as its records tell it: its catalog, its statistics, and what people declared."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.lake import Lake
from metadata_assets.schema.dependents import BROKEN
from metadata_assets.training.documents import DOCUMENTATION
from metadata_assets.training.golden import GOLDEN_QUERIES

INPUTS = (GOLDEN_QUERIES.name, DOCUMENTATION.name, PROFILES.name, BROKEN.name)
"""The lake tables the records follow besides the catalog's own."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that is taught of one source.

    Attributes:
        source: Its key.
        catalog: What it holds.
        dialect: Its SQLGlot dialect.
        catalog_version: The version of the catalog, noted in each record.
        golden_queries: Columns of `GOLDEN_QUERIES`.
        documents: Columns of `DOCUMENTATION`.
        profiles: Columns of `PROFILES`.
        broken: Columns of `BROKEN`: what a breaking change broke.
    """

    source: str
    catalog: Catalog
    dialect: str
    catalog_version: str
    golden_queries: pa.Table = field(default_factory=GOLDEN_QUERIES.schema.empty_table)
    documents: pa.Table = field(default_factory=DOCUMENTATION.schema.empty_table)
    profiles: pa.Table = field(default_factory=PROFILES.schema.empty_table)
    broken: pa.Table = field(default_factory=BROKEN.schema.empty_table)


def declared_subject(
    lake: Lake, source: str, catalog: Catalog, *, dialect: str, catalog_version: str
) -> Subject:
    """A source with the declarations and statistics the lake holds of it."""
    return Subject(
        source,
        catalog,
        dialect,
        catalog_version,
        golden_queries=lake.read(GOLDEN_QUERIES, source),
        documents=lake.read(DOCUMENTATION, source),
        profiles=lake.read(PROFILES, source),
        broken=lake.read(BROKEN, source),
    )
