"""Terms of a glossary as values, and the types their columns had when they were written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.quality.subject import GLOSSARY_COLUMNS, QualitySubject

_COLUMNS = """
SELECT table_fqdn || '.' || column_name AS name, coalesce(native_type, '') AS native_type
FROM columns
UNION ALL
SELECT table_fqdn || '."' || replace(column_name, '"', '""') || '"', coalesce(native_type, '')
FROM columns WHERE regexp_matches(column_name, '\\W')
"""


@dataclass(frozen=True)
class Term:
    """A word of the business, as it was declared."""

    term: str
    definition: str
    synonyms: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    sql: str | None = None
    broader: str | None = None

    @cached_property
    def folded(self) -> str:
        """What its name comes down to."""
        return folded_name(self.term)

    @cached_property
    def meaning(self) -> str:
        """What its definition comes down to."""
        return folded_name(self.definition).rstrip(". ")

    @cached_property
    def said(self) -> str:
        """A hash of all it says."""
        parts = (self.definition, self.synonyms, self.tables, self.columns, self.sql, self.broader)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def folded_name(name: str) -> str:
    """A term's name as people take it: without case, runs of spaces one."""
    return " ".join(name.casefold().split())


def terms_of(glossary: pa.Table) -> list[Term]:
    """The terms, by name.

    Args:
        glossary: Columns of `GLOSSARY`.
    """
    return [
        Term(
            row["term"],
            row["definition"] or "",
            tuple(row["synonyms"] or ()),
            tuple(row["tables"] or ()),
            tuple(row["columns"] or ()),
            row["sql"],
            row["broader"],
        )
        for row in glossary.to_pylist()
    ]


def known_columns(catalog: Catalog) -> Mapping[str, str]:
    """The native type of every column, by `table.column`, an odd name quoted or not."""
    rows = query(_COLUMNS, columns=catalog.columns).to_pydict()
    return dict(zip(rows["name"], rows["native_type"], strict=True))


def remembered_columns(subject: QualitySubject) -> pa.Table:
    """The types to remember of the columns that terms name.

    What is remembered of a term stays until it says something else; a column that is not there is
    remembered as it was.

    Returns:
        Rows of `GLOSSARY_COLUMNS`.
    """
    known = known_columns(subject.catalog)
    former = {
        (row["term"], row["column_name"], row["said"]): row["native_type"]
        for row in subject.glossary_columns.to_pylist()
    }
    rows = []
    for term in terms_of(subject.glossary):
        for column in dict.fromkeys(term.columns):
            was = former.get((term.term, column, term.said), known.get(column))
            if was is not None:
                rows.append((term.term, column, was, term.said))
    names = GLOSSARY_COLUMNS.schema.names
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) for row in rows], schema=GLOSSARY_COLUMNS.schema
    )
