"""What rests on a source's tables, gathered from where it is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.compute as pc

from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets.schema.dependents import (
    GLOSSARY_TERM,
    GOLDEN_QUERY,
    TRAINING_RECORD,
    VIEW,
    Dependent,
)
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets.training.records import RECORDS

DECLARATIONS = (GOLDEN_QUERIES.name, GLOSSARY.name)
"""The lake tables of what people declare and a change may break."""

_TOLD = ["record_id", "kind", "question", "content", "source_type", "source_id"]


def dependents_of(lake: Lake, source: str, *catalogs: Catalog) -> list[Dependent]:
    """The views, golden queries, glossary terms and training records of a source.

    Args:
        lake: Where they are kept.
        source: The source's key.
        *catalogs: Catalogs with the views, a later one before an earlier.
    """
    views = {view.name: view for catalog in reversed(catalogs) for view in _views(catalog)}
    return [*views.values(), *_golden(lake, source), *_terms(lake, source), *_records(lake, source)]


def _views(catalog: Catalog) -> Iterator[Dependent]:
    for row in catalog.tables.filter(pc.is_valid(catalog.tables["definition"])).to_pylist():
        name = row["table_fqdn"]
        yield Dependent(VIEW, name, name, sql=row["definition"])


def _golden(lake: Lake, source: str) -> Iterator[Dependent]:
    for row in lake.read(GOLDEN_QUERIES, source).to_pylist():
        yield Dependent(GOLDEN_QUERY, row["query_id"], row["question"], sql=row["sql"])


def _terms(lake: Lake, source: str) -> Iterator[Dependent]:
    for row in lake.read(GLOSSARY, source).to_pylist():
        columns = [tuple(name.rsplit(".", 1)) for name in row["columns"] or () if "." in name]
        yield Dependent(
            GLOSSARY_TERM,
            row["term"],
            row["term"],
            sql=row["sql"],
            tables=tuple(row["tables"] or ()),
            columns=tuple((table, column) for table, column in columns),
        )


def _records(lake: Lake, source: str) -> Iterator[Dependent]:
    stored = lake.read(RECORDS, source)
    live = stored.filter(pc.field("sync_status") != "deleted").select(_TOLD)
    for row in live.to_pylist():
        is_query = row["kind"] == "sql" and row["source_type"] != "catalog"
        yield Dependent(
            TRAINING_RECORD,
            row["record_id"],
            row["question"] or f"{row['kind']} of {row['source_id']}",
            sql=row["content"] if is_query else None,
            describes=None if is_query else row["source_id"],
            is_derived=row["source_type"] == "catalog",
        )
