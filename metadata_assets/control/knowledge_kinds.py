"""The kinds of drops that say something about one source, and the rows each of them declares.

Every such file names its source once and owns the rows it declares in the kind's lake table. Only
the shape is checked here: whether the tables and columns it names exist, and whether its SQL is
sound, is checked against the catalog, which may not be known yet.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.control.fields import (
    Name,
    SourceKey,
    Strict,
    Text,
    Texts,
    empty_list_where_null,
)
from metadata_assets.lake import LakeTable
from metadata_assets.training.documents import DOCUMENTATION
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets.training.golden import GOLDEN_QUERIES

Location = tuple[int | str, ...]
"""The steps from a file's root to an element."""

_SOURCE: Any = Field(description="The source it is about: `module.source_id`.")
_TABLES: Any = Field((), description="Tables it concerns, as `schema.table`.")


class KnowledgeModel(Strict):
    """What all of these kinds have in common."""

    lake_table: ClassVar[LakeTable]
    """Where its rows are stored."""

    listed: ClassVar[tuple[str, str]]
    """The key its elements stand below, and the one each of them is named by."""

    source: SourceKey = _SOURCE

    @abstractmethod
    def rows(self) -> Iterator[tuple[Location, dict[str, Any]]]:
        """Each row it declares, with where in the file."""


class ColumnAnnotation(Strict):
    """What is said of one column."""

    column: Name = Field(description="The column's name.")
    description: Text | None = Field(None, description="Its meaning; replaces the comment.")
    tags: Texts = Field((), description="Free labels.")
    pii: bool | None = Field(None, description="Whether it holds personal data.")


class TableAnnotation(Strict):
    """What is said of one table and its columns."""

    table: Name = Field(description="The table, as `schema.table`.")
    description: Text | None = Field(None, description="Its meaning; replaces the comment.")
    business_domain: Text | None = Field(None, description="Which part of the business it serves.")
    owner: Text | None = Field(None, description="Who answers for it.")
    grain: Text | None = Field(None, description="What one row stands for.")
    status: Text | None = Field(None, description="For instance active or deprecated.")
    tags: Texts = Field((), description="Free labels.")
    pii: bool | None = Field(
        None, description="Whether its columns hold personal data, unless they say otherwise."
    )
    columns: Annotated[tuple[ColumnAnnotation, ...], BeforeValidator(empty_list_where_null)] = (
        Field((), description="Its columns.")
    )

    def rows(self, location: Location) -> Iterator[tuple[Location, dict[str, Any]]]:
        """The row of the table, where it says something of it, then those of its columns."""
        said = {
            "description": self.description,
            "business_domain": self.business_domain,
            "owner": self.owner,
            "grain_description": self.grain,
            "status": self.status,
            "tags": list(self.tags),
            "pii": self.pii,
        }
        if any(value not in (None, []) for value in said.values()):
            yield location, {"table_fqdn": self.table, "column_name": None, **said}
        nothing = dict.fromkeys(said)
        for index, column in enumerate(self.columns):
            yield (
                (*location, "columns", index),
                {
                    "table_fqdn": self.table,
                    "column_name": column.column,
                    **nothing,
                    "description": column.description,
                    "tags": list(column.tags),
                    "pii": column.pii,
                },
            )


class AnnotationsDrop(KnowledgeModel):
    """A file of `kind: annotations`: what its tables and columns mean."""

    lake_table: ClassVar[LakeTable] = ANNOTATIONS
    listed: ClassVar[tuple[str, str]] = ("tables", "table")
    kind: Literal["annotations"]
    tables: tuple[TableAnnotation, ...] = Field(description="The tables.")

    def rows(self) -> Iterator[tuple[Location, dict[str, Any]]]:
        """One row a table and one a column."""
        for index, table in enumerate(self.tables):
            yield from table.rows(("tables", index))


class GoldenQuery(Strict):
    """A question and the SQL that answers it."""

    id: Name = Field(description="Its name, which stays when it is reworded.")
    question: Text = Field(description="In the words of those who ask.")
    sql: Text = Field(description="The query, in the source's dialect.")
    tags: Texts = Field((), description="Free labels.")


class GoldenQueriesDrop(KnowledgeModel):
    """A file of `kind: golden_queries`: questions with their SQL."""

    lake_table: ClassVar[LakeTable] = GOLDEN_QUERIES
    listed: ClassVar[tuple[str, str]] = ("queries", "id")
    kind: Literal["golden_queries"]
    queries: tuple[GoldenQuery, ...] = Field(description="The queries.")

    def rows(self) -> Iterator[tuple[Location, dict[str, Any]]]:
        """One row a query."""
        for index, query in enumerate(self.queries):
            row = query.model_dump(exclude={"id"})
            yield ("queries", index), {"query_id": query.id, **row, "tags": list(query.tags)}


class GlossaryTerm(Strict):
    """A word of the business."""

    term: Name = Field(description="The word.")
    definition: Text = Field(description="What it means.")
    synonyms: Texts = Field((), description="Other words for it.")
    tables: Texts = _TABLES
    columns: Texts = Field((), description="Columns that hold it, as `schema.table.column`.")
    sql: Text | None = Field(None, description="How it is computed.")
    broader: Name | None = Field(None, description="A more general term.")


class GlossaryDrop(KnowledgeModel):
    """A file of `kind: glossary`: the words of the business."""

    lake_table: ClassVar[LakeTable] = GLOSSARY
    listed: ClassVar[tuple[str, str]] = ("terms", "term")
    kind: Literal["glossary"]
    terms: tuple[GlossaryTerm, ...] = Field(description="The terms.")

    def rows(self) -> Iterator[tuple[Location, dict[str, Any]]]:
        """One row a term."""
        for index, term in enumerate(self.terms):
            lists = {name: list(getattr(term, name)) for name in ("synonyms", "tables", "columns")}
            yield ("terms", index), term.model_dump() | lists


class Document(Strict):
    """A piece of documentation."""

    id: Name = Field(description="Its name, which stays when it is rewritten.")
    title: Text = Field(description="What it is about.")
    content: Text = Field(description="The text; Markdown is welcome.")
    tables: Texts = _TABLES


class DocumentationDrop(KnowledgeModel):
    """A file of `kind: documentation`: texts about the source."""

    lake_table: ClassVar[LakeTable] = DOCUMENTATION
    listed: ClassVar[tuple[str, str]] = ("documents", "id")
    kind: Literal["documentation"]
    documents: tuple[Document, ...] = Field(description="The texts.")

    def rows(self) -> Iterator[tuple[Location, dict[str, Any]]]:
        """One row a text."""
        for index, document in enumerate(self.documents):
            row = document.model_dump(exclude={"id"})
            tables = list(document.tables)
            yield ("documents", index), {"document_id": document.id, **row, "tables": tables}


KNOWLEDGE_KINDS: Mapping[str, type[KnowledgeModel]] = {
    "annotations": AnnotationsDrop,
    "golden_queries": GoldenQueriesDrop,
    "glossary": GlossaryDrop,
    "documentation": DocumentationDrop,
}
"""The model of each kind that is about one source."""
