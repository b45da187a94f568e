"""Everything that the quality of one source is judged by, as the lake holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources

import pyarrow as pa

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.catalog.store import load_catalog
from metadata_assets.lake import Lake, LakeTable
from metadata_assets.schema.query import Queries
from metadata_assets.schema.stored import StoredSchema, unpublished_schema
from metadata_assets.training.documents import DOCUMENTATION
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets.training.records import RECORDS

_text: pa.DataType = pa.string()

GLOSSARY_COLUMNS = LakeTable(
    "quality/glossary_columns",
    pa.schema(
        {
            "term": _text,
            "column_name": _text,  # as the term names it
            "native_type": _text,  # when the term came to say what it says
            "said": _text,  # a hash of what the term says
        }
    ),
    key=("term", "column_name"),
)
"""The type that each column of a term had when the term was written."""

INPUTS = (
    *(ANNOTATIONS.name, GOLDEN_QUERIES.name, GLOSSARY.name),
    *(DOCUMENTATION.name, PROFILES.name, RECORDS.name),
)
"""The lake tables that the quality of a source follows besides its catalog."""


@dataclass(frozen=True)
class QualitySubject:
    """What is known of one source.

    Attributes:
        source: Its key.
        catalog: What it holds, with what people say of it.
        dialect: Its SQLGlot dialect.
        annotations: Columns of `ANNOTATIONS`.
        golden_queries: Columns of `GOLDEN_QUERIES`.
        glossary: Columns of `GLOSSARY`.
        documents: Columns of `DOCUMENTATION`.
        profiles: Columns of `PROFILES`.
        records: Columns of `RECORDS`.
        glossary_columns: Columns of `GLOSSARY_COLUMNS`.
    """

    source: str
    catalog: Catalog
    dialect: str
    annotations: pa.Table = field(default_factory=ANNOTATIONS.schema.empty_table)
    golden_queries: pa.Table = field(default_factory=GOLDEN_QUERIES.schema.empty_table)
    glossary: pa.Table = field(default_factory=GLOSSARY.schema.empty_table)
    documents: pa.Table = field(default_factory=DOCUMENTATION.schema.empty_table)
    profiles: pa.Table = field(default_factory=PROFILES.schema.empty_table)
    records: pa.Table = field(default_factory=RECORDS.schema.empty_table)
    glossary_columns: pa.Table = field(default_factory=GLOSSARY_COLUMNS.schema.empty_table)

    @cached_property
    def schema(self) -> StoredSchema:
        """Its schema, built of the catalog."""
        return unpublished_schema(self.source, self.catalog, self.dialect)

    @cached_property
    def queries(self) -> Queries:
        """Answers questions about queries on it."""
        return Queries(self.schema)


def load_subject(lake: Lake, source: str, dialect: str) -> QualitySubject:
    """A source as the lake knows it."""
    return QualitySubject(
        source,
        load_catalog(lake, source),
        dialect,
        annotations=lake.read(ANNOTATIONS, source),
        golden_queries=lake.read(GOLDEN_QUERIES, source),
        glossary=lake.read(GLOSSARY, source),
        documents=lake.read(DOCUMENTATION, source),
        profiles=lake.read(PROFILES, source),
        records=lake.read(RECORDS, source),
        glossary_columns=lake.read(GLOSSARY_COLUMNS, source),
    )


def quality_sql(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
