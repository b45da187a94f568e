"""Push what changed, and remember it: the difference of records and entries, nothing else.

A push notes in `SINK_STATE` what it is about to do, does it, and notes that it is done. One that
was killed, or failed, leaves its entries pending; the next one looks for those in the sink instead
of training them twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.lake import Partition
from metadata_assets.sinks.index import Index
from metadata_assets.sinks.state import PENDING, PUSHED, SINK_STATE
from metadata_assets.sinks.work import planned


@dataclass(frozen=True, slots=True)
class PushOutcome:
    """What a push did.

    Attributes:
        sink: The sink's name.
        trained: Entries added.
        found: Entries that were wanted, and there already.
        removed: Entries taken out.
        unchanged: Entries left alone.
    """

    sink: str
    trained: int = 0
    found: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def entries(self) -> int:
        """How many entries the source has in the sink."""
        return self.trained + self.found + self.unchanged


@dataclass(frozen=True, slots=True)
class _Notebook:
    """The remembered entries of a source while a push is at them."""

    partition: Partition
    sink: str
    untouched: pa.Table
    now: datetime

    def note(self, entries: Sequence[Mapping[str, Any]], status: str) -> None:
        facts = {"sink": self.sink, "status": status, "pushed_at": self.now}
        noted = pa.Table.from_pylist([{**row, **facts} for row in entries], SINK_STATE.schema)
        self.partition.overwrite(pa.concat_tables([self.untouched, noted]))


def push(index: Index, *, now: datetime) -> PushOutcome:
    """Bring a source's entries in its sink in step with its current records.

    Raises:
        SinkFailed: The sink failed; the next push goes on where this one stopped.
        ConcurrentWrite: Another machine pushed the same source at the same time.
    """
    with index.locked():
        partition = index.lake.partition(SINK_STATE, index.source)
        state = partition.read()
        steps = index.steps(state)
        mine = pc.field("sink") == index.sink.name
        if steps.num_rows == 0:
            return PushOutcome(index.sink.name, unchanged=state.filter(mine).num_rows)
        touched = mine & pc.field("content_hash").isin(steps["content_hash"].to_pylist())
        kept = state.filter(mine & ~touched)
        notebook = _Notebook(partition, index.sink.name, state.filter(~touched), now)
        work = planned(
            index, steps.to_pylist(), [str(known) for known in kept["external_id"].to_pylist()]
        )
        notebook.note([*work.wanted, *work.unwanted], PENDING)
        with index.sink.opened() as session:
            done = work.carried_out(session)
        notebook.note(done.entries, PUSHED)
    return PushOutcome(
        sink=index.sink.name,
        trained=done.trained,
        found=len(done.entries) - done.trained,
        removed=done.removed,
        unchanged=kept.num_rows,
    )


def distrust(index: Index) -> int:
    """Take nothing that is remembered for granted: the next push looks for each entry in the sink.

    For a sink that was emptied, restored or edited by others. That push then teaches what is
    missing, and takes out copies.

    Returns:
        How many entries will be looked for.
    """
    with index.locked():
        partition = index.lake.partition(SINK_STATE, index.source)
        state = partition.read()
        mine = pc.field("sink") == index.sink.name
        doubted = state.filter(mine)
        status = pa.repeat(pa.scalar(PENDING), doubted.num_rows)
        place = doubted.schema.get_field_index("status")
        doubted = doubted.set_column(place, "status", status)
        partition.replace(pa.concat_tables([state.filter(~mine), doubted]))
    return doubted.num_rows
