"""A look at some values of a source's columns, of those that nobody flagged; nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.profile import PROFILED_TABLES
from metadata_assets.catalog.profile_plan import tables_to_profile
from metadata_assets.catalog.sampling import Sample
from metadata_assets.sources.registry import Source


def sampled_values(
    source: Source, catalog: Catalog, rows: int
) -> Mapping[tuple[str, str], list[str]]:
    """Some values of columns as texts, by table and column; those without a value are left out.

    Args:
        source: Where to look.
        catalog: What it holds.
        rows: So many rows of each table.
    """
    unread = PROFILED_TABLES.schema.empty_table()
    planned = tables_to_profile(catalog, unread, oldest=datetime.now(timezone.utc), rows=rows)
    seen: dict[tuple[str, str], list[str]] = {}
    for sample in source.samples(planned):
        if isinstance(sample, Sample):
            for place, column in enumerate(sample.table.columns):
                values = sample.rows[f"c{place}"].to_pylist()
                name = (sample.table.table_fqdn, column.name)
                seen[name] = [str(value) for value in values if value]
    return seen
