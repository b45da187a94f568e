"""What a sink is: a store of entries outside the lake, that a text-to-SQL assistant reads.

A sink is opened for one piece of work at a time. It need not know which entries are ours, nor
update one in place: `push` sees to both.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.training.records import training_sql

ENTRIES = pa.schema(
    {
        "external_id": pa.string(),
        "kind": pa.string(),
        "question": pa.string(),
        "content": pa.string(),
        "content_hash": pa.string(),
    }
)
"""What a sink holds; `content_hash` is that of a record that says the same."""

TEXT = "text"
"""The kind of an entry whose sink does not tell ddl from documentation."""

_SEALED = """
WITH told AS (
  SELECT * REPLACE (unnest(
    CASE WHEN kind = $text THEN ['ddl', 'documentation'] ELSE [kind] END
  ) AS kind)
  FROM entries
)
SELECT *, content_hash_of(kind, question, content) AS content_hash
FROM told ORDER BY external_id, kind
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing to teach: the words of a training record.

    Attributes:
        record_id: The record that says it; of several, the first by id.
        kind: ddl, documentation or sql.
        question: The question it answers, for sql.
        content: What it says.
        content_hash: Names all of that.
        vanna_id: The id that Vanna's deterministic stores give it.
        source_id: The object it is about.
    """

    record_id: str
    kind: str
    question: str | None
    content: str
    content_hash: str
    vanna_id: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a sink, as the sink tells it.

    Attributes:
        external_id: The sink's own id.
        kind: ddl, documentation, sql, or `TEXT`.
        question: For sql.
        content: What it says.
    """

    external_id: str
    kind: str
    question: str | None
    content: str


class Session(Protocol):
    """A sink, opened."""

    def entries(self) -> Sequence[Entry]:
        """Everything the sink holds, ours or not."""
        ...

    def train(self, lesson: Lesson) -> str | None:
        """Add an entry; returns its id, or None where only `entries` tells it."""
        ...

    def remove(self, external_id: str, kind: str) -> None:
        """Remove an entry; one that is not there is no error."""
        ...


class Sink(Protocol):
    """A store that records are pushed to."""

    @property
    def name(self) -> str:
        """Tells this sink from others; holds no secret."""
        ...

    def opened(self) -> AbstractContextManager[Session]:
        """The sink, for the length of the block; what was done in it lasts when it ends well."""
        ...


def sealed(entries: Sequence[Entry]) -> pa.Table:
    """Entries with the hashes of the records that would say the same.

    Returns:
        Rows with the columns of `ENTRIES`; an entry of kind `TEXT` is there as ddl and as
        documentation.
    """
    names = ENTRIES.names[:-1]
    columns = {name: pa.array([getattr(e, name) for e in entries], pa.string()) for name in names}
    sql = training_sql("macros") + _SEALED.replace("$text", f"'{TEXT}'")
    return query(sql, entries=pa.table(columns)).cast(ENTRIES)
