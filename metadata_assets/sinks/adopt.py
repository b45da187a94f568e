"""Find out what an assistant was taught before, to adopt it.

What a record says is recognised, the rest becomes manual records. In the source's own sink nothing
is taught again and nothing is lost: the entries are noted as adopted before records are made of
them, so whatever is killed in between, the next push finds them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.lake import Lake
from metadata_assets.sinks.index import Index, sinks_sql
from metadata_assets.sinks.sink import Sink, sealed
from metadata_assets.sinks.state import ADOPTED, PENDING, SINK_STATE
from metadata_assets.training.own import Addition
from metadata_assets.training.records import RECORDS

VERDICTS = ("new", "recognised", "former", "copy", "empty")
"""What an entry is: `new`, to become a manual record; `recognised`, a live record says it;
`former`, only a deleted record said it; `copy`, another entry says it too; `empty`, it teaches
nothing."""

_STATUSES = {"new": ADOPTED, "recognised": ADOPTED, "former": PENDING}

_KNOWN = ("external_id", "content_hash")


@dataclass(frozen=True, slots=True)
class Found:
    """What a sink holds that nobody remembers pushing.

    Attributes:
        entries: Rows with the columns of `ENTRIES` and verdict, one of `VERDICTS`.
    """

    entries: pa.Table

    @property
    def additions(self) -> list[Addition]:
        """What is new, as records to add; each named after its entry."""
        new = self.entries.filter(pc.field("verdict") == "new").to_pylist()
        return [
            Addition(one["kind"], one["content"], one["question"], name=one["external_id"])
            for one in new
        ]

    @property
    def counts(self) -> dict[str, int]:
        """How many entries there are, by verdict."""
        counted = Counter(map(str, self.entries["verdict"].to_pylist()))
        return {verdict: counted[verdict] for verdict in VERDICTS}


def look_into(sink: Sink, lake: Lake, source: str) -> Found:
    """Compare all that any sink holds with the records of a source; changes nothing.

    Raises:
        SinkFailed: The sink cannot be asked.
    """
    return _found(sink, lake, source, SINK_STATE.schema.empty_table().select(_KNOWN))


def look_into_own(index: Index) -> Found:
    """The same for the source's own sink, without what sources of this home pushed to it."""
    ours = (pc.field("sink") == index.sink.name) & (pc.field("status") != ADOPTED)
    mine = index.state().filter(ours).select(_KNOWN)
    remembered = pa.concat_tables([mine, index.elsewhere().select(_KNOWN)])
    return _found(index.sink, index.lake, index.source, remembered)


def note_adopted(index: Index, found: Found, *, now: datetime) -> None:
    """Remember what was found in the source's own sink, before records are made of it.

    The push that follows finds the entries of live records, and takes out what only a deleted
    record said.
    """
    noted = [
        {"sink": index.sink.name, "status": _STATUSES[row["verdict"]], "pushed_at": now}
        | {name: row[name] for name in ("content_hash", "kind", "external_id")}
        for row in found.entries.to_pylist()
        if row["verdict"] in _STATUSES
    ]
    if noted:
        rows = pa.Table.from_pylist(noted, schema=SINK_STATE.schema)
        partition = index.lake.partition(SINK_STATE, index.source)
        again = (pc.field("sink") == index.sink.name) & pc.field("content_hash").isin(
            [row["content_hash"] for row in noted]
        )
        partition.replace(pa.concat_tables([partition.read().filter(~again), rows]))


def _found(sink: Sink, lake: Lake, source: str, remembered: pa.Table) -> Found:
    with sink.opened() as session:
        entries = sealed(session.entries())
    records = lake.read(RECORDS, source, columns=("content_hash", "sync_status"))
    sql = sinks_sql("foreign")
    return Found(query(sql, entries=entries, records=records, remembered=remembered))
