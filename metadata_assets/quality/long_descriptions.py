"""The descriptions of a source that are too long, and what they could be instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import PermanentError
from metadata_assets.lake import Lake, LakeTable
from metadata_assets.quality.concise import LIMIT, concise
from metadata_assets.quality.descriptions import places_of
from metadata_assets.quality.hook import Shortener, shortened_by

_text: pa.DataType = pa.string()

SHORTENED = LakeTable(
    "quality/shortened",
    pa.schema(
        {
            "table_fqdn": _text,
            "column_name": _text,  # null: the table
            "original": _text,
            "concise": _text,
            "applied_at": pa.timestamp("us", "UTC"),
            "applied_by": _text,
        }
    ),
    key=("table_fqdn", "column_name", "applied_at"),
)
"""One row each time that a description was made shorter: the original is never lost."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A shorter form of a description.

    Attributes:
        table: The FQDN of its table.
        column: The column; None for the table.
        original: The description.
        concise: The shorter form; None where there is none.
        note: Why somebody's own code did not make it, where it was asked.
    """

    table: str
    column: str | None
    original: str
    concise: str | None
    note: str | None = None


def proposals(catalog: Catalog, shorten: Shortener | None = None) -> Iterator[Proposal]:
    """A proposal for each description that is too long.

    Args:
        catalog: What the source holds, with its descriptions.
        shorten: Asked first, where there is one.
    """
    for one in places_of(catalog).known:
        if len(one.text.strip()) > LIMIT:
            yield _proposal(one.table, one.column or None, one.text.strip(), shorten)


def keep_original(
    lake: Lake, source: str, applied: Sequence[Proposal], *, now: datetime, author: str
) -> None:
    """Remember the descriptions that are made shorter.

    Args:
        lake: Where to.
        source: The source's key.
        applied: Proposals that have a shorter form.
        now: When.
        author: On whose behalf.
    """
    rows = [
        {
            "table_fqdn": one.table,
            "column_name": one.column,
            "original": one.original,
            "concise": one.concise,
            "applied_at": now,
            "applied_by": author,
        }
        for one in applied
    ]
    lake.partition(SHORTENED, source).append(pa.Table.from_pylist(rows, schema=SHORTENED.schema))


def _proposal(table: str, column: str | None, text: str, shorten: Shortener | None) -> Proposal:
    if shorten is None:
        return Proposal(table, column, text, concise(text))
    name = table if column is None else f"{table}.{column}"
    try:
        return Proposal(table, column, text, shortened_by(shorten, name, text) or concise(text))
    except PermanentError as error:
        return Proposal(table, column, text, concise(text), note=error.what)
