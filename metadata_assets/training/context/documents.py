"""What is known of a table as terms: a document, kept, and made anew only where it changed.

A document is made from the catalog, the values a profile found, and the golden questions that use
the table. The glossary is not in it: its terms are looked up in the question itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConcurrentWrite
from metadata_assets.lake import Lake, LakeTable
from metadata_assets.training.context.terms import terms, trigrams

_text = pa.string()

DOCUMENTS = LakeTable(
    "training/search_documents",
    pa.schema([("table_fqdn", _text), ("input_hash", _text), ("document", _text)]),
    key=("table_fqdn",),
)
"""The documents of a source's tables as JSON, each with a hash of what it was made from."""

LETTERS = "letters"
"""The field that holds trigrams, not terms."""

_VERSION = "1"
"""Raised when documents are made otherwise, so that kept ones are made anew."""

_INPUTS = """
WITH described AS (
  SELECT c.table_fqdn,
    list({'name': c.column_name, 'comment': coalesce(c.comment, ''),
      'labels': coalesce(c.allowed_values, []), 'values': coalesce(p.top_values, [])
        || coalesce(p.sample_values, [])} ORDER BY c.ordinal) AS columns
  FROM columns c LEFT JOIN profiles p USING (table_fqdn, column_name)
  GROUP BY c.table_fqdn
),
asked AS (
  SELECT table_fqdn, list(question ORDER BY question) AS questions FROM questions
  GROUP BY table_fqdn
)
SELECT t.table_fqdn, t.schema_name, t.table_name,
  concat_ws(' ', t.comment, t.grain_description, t.business_domain) AS comment,
  coalesce(d.columns, []) AS columns, coalesce(a.questions, []) AS questions
FROM tables t LEFT JOIN described d USING (table_fqdn) LEFT JOIN asked a USING (table_fqdn)
ORDER BY t.table_fqdn
"""


@dataclass(frozen=True, slots=True)
class Document:
    """A table as terms.

    Attributes:
        table: Its FQDN.
        columns: The names of its columns.
        fields: The terms of the whole table, by what they come from: `schema`, `name`, `text`,
            `letters` (trigrams of names), `questions`.
        column_fields: The terms of each column: `name`, `text`, `letters`, `values`.
    """

    table: str
    columns: tuple[str, ...]
    fields: Mapping[str, list[str]]
    column_fields: tuple[Mapping[str, list[str]], ...]


def current_documents(
    lake: Lake,
    source: str,
    catalog: Catalog,
    profiles: pa.Table,
    questions: pa.Table,
) -> list[Document]:
    """The documents of a source's tables; those of before are used where nothing changed.

    Args:
        lake: Where they are kept.
        source: The source's key.
        catalog: Its catalog, annotated.
        profiles: Columns of `catalog.profile.PROFILES`.
        questions: table_fqdn and question of the golden queries that use a table.
    """
    kept = {row["table_fqdn"]: row for row in lake.read(DOCUMENTS, source).to_pylist()}
    rows, documents = [], []
    for inputs in _inputs(catalog, profiles, questions):
        text = json.dumps([_VERSION, inputs], sort_keys=True, ensure_ascii=False)
        input_hash = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        before = kept.get(inputs["table_fqdn"])
        if before is not None and before["input_hash"] == input_hash:
            document, stored = _read(before["document"]), before["document"]
        else:
            document = make_document(inputs)
            stored = json.dumps(asdict(document), ensure_ascii=False)
        documents.append(document)
        rows.append({"table_fqdn": document.table, "input_hash": input_hash, "document": stored})
    _keep(lake, source, rows)
    return documents


def documents_of(catalog: Catalog, profiles: pa.Table, questions: pa.Table) -> list[Document]:
    """The documents of a catalog's tables, made anew; arguments as of `current_documents`."""
    return [make_document(inputs) for inputs in _inputs(catalog, profiles, questions)]


def make_document(inputs: Mapping[str, Any]) -> Document:
    """Make a table's document from what is known of it, a row of `_INPUTS`."""
    columns = inputs["columns"]
    name, comment = inputs["table_name"], inputs["comment"]
    names = " ".join(column["name"] for column in columns)
    comments = " ".join(column["comment"] for column in columns)
    return Document(
        table=inputs["table_fqdn"],
        columns=tuple(column["name"] for column in columns),
        fields={
            "schema": terms(inputs["schema_name"]),
            "name": terms(name),
            # A word in the name says more of a table than one among its columns.
            "text": terms(name) * 4 + terms(comment) * 2 + terms(names) + terms(comments),
            LETTERS: trigrams(name) * 2 + trigrams(names),
            "questions": terms(" ".join(inputs["questions"])),
        },
        column_fields=tuple(
            {
                "name": terms(column["name"]),
                "text": terms(column["name"]) * 2 + terms(column["comment"]),
                LETTERS: trigrams(column["name"]),
                "values": terms(" ".join([*column["labels"], *column["values"]])),
            }
            for column in columns
        ),
    )


def _inputs(
    catalog: Catalog, profiles: pa.Table, questions: pa.Table
) -> Iterator[Mapping[str, Any]]:
    found = query(
        _INPUTS,
        tables=catalog.tables,
        columns=catalog.columns,
        profiles=profiles,
        questions=questions,
    )
    return iter(found.to_pylist())


def _read(text: str) -> Document:
    stored = json.loads(text)
    return Document(
        stored["table"],
        tuple(stored["columns"]),
        stored["fields"],
        tuple(stored["column_fields"]),
    )


def _keep(lake: Lake, source: str, rows: Iterable[Mapping[str, str]]) -> None:
    try:
        lake.partition(DOCUMENTS, source).replace(
            pa.Table.from_pylist(list(rows), schema=DOCUMENTS.schema)
        )
    except ConcurrentWrite:
        return  # another process has just kept the same
