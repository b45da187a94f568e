"""What a push does in a sink: train what is wanted and not there, then remove the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from metadata_assets.errors import SinkFailed
from metadata_assets.sinks.index import Index
from metadata_assets.sinks.sink import Lesson, Session, sealed
from metadata_assets.sinks.state import PUSHED
from metadata_assets.training.records import RECORDS

Step = Mapping[str, Any]
"""A row of `Index.steps`."""

_LESSON = ("record_id", "kind", "question", "content", "content_hash", "vanna_id", "source_id")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done.

    Attributes:
        entries: The wanted steps, each with the id of its entry.
        trained: How many of them were added.
        removed: How many entries were taken out.
    """

    entries: Sequence[Step]
    trained: int
    removed: int


@dataclass(frozen=True, slots=True)
class Work:
    """A push, planned.

    Attributes:
        wanted: Steps that train or settle.
        unwanted: Steps that remove.
        lessons: What the wanted ones say, by hash.
        shared: What other sources have in the sink, by hash.
        held: Ids of entries that this push must not remove.
        must_look: Whether the sink may hold what nobody remembers.
    """

    wanted: Sequence[Step]
    unwanted: Sequence[Step]
    lessons: Mapping[str, Lesson]
    shared: Mapping[str, str]
    held: frozenset[str]
    must_look: bool

    def carried_out(self, session: Session) -> Done:
        """Do it: training first, so that at no moment less is known than before and after.

        Raises:
            SinkFailed: The sink failed.
        """
        found = _found(session) if self.must_look else {}
        ids: dict[str, str | None] = {}
        trained = 0
        for step in self.wanted:
            name = step["content_hash"]
            known = self.shared.get(name) or next(iter(found.get(name, ())), None)
            ids[name] = known or session.train(self.lessons[name])
            trained += known is None
        untold = [name for name, known in ids.items() if known is None]
        if untold:
            found = _found(session)
            ids |= {name: _id_of(self.lessons[name], found) for name in untold}
        removed = self._remove(session, found, self.held.union(filter(None, ids.values())))
        entries = [{**step, "external_id": ids[step["content_hash"]]} for step in self.wanted]
        return Done(entries, trained, removed)

    def _remove(
        self, session: Session, found: Mapping[str, Sequence[str]], stays: frozenset[str]
    ) -> int:
        unwanted = {
            external_id: step["kind"]
            for step in self.unwanted
            for external_id in [step["external_id"], *found.get(step["content_hash"], ())]
        }
        # Where the sink was looked into anyway, an entry that says what another says goes too.
        copies = {
            external_id: step["kind"]
            for step in self.wanted
            for external_id in found.get(step["content_hash"], ())
        }
        # Deterministic ids: two records that differ may share one entry.
        going = {one: kind for one, kind in (unwanted | copies).items() if one not in stays}
        going.pop(None, None)
        for external_id, kind in going.items():
            session.remove(external_id, kind)
        return len(going)


def planned(index: Index, steps: Sequence[Step], kept: Sequence[str]) -> Work:
    """Plan a push.

    Args:
        index: What is pushed where.
        steps: What is to be done, as `Index.steps` tells.
        kept: The ids of the source's entries in this sink that are in step.
    """
    wanted = [step for step in steps if step["step"] != "remove"]
    unwanted = [step for step in steps if step["step"] == "remove"]
    elsewhere = index.elsewhere().to_pylist()
    is_first = not kept and not any(step["external_id"] for step in steps)
    is_unsure = any(step["step"] == "settle" for step in wanted) or any(
        step["external_id"] is None for step in unwanted
    )
    return Work(
        wanted=wanted,
        unwanted=unwanted,
        lessons=_lessons(index, [step["content_hash"] for step in wanted]),
        shared={
            row["content_hash"]: row["external_id"] for row in elsewhere if row["status"] == PUSHED
        },
        held=frozenset([*kept, *(row["external_id"] for row in elsewhere)]),
        must_look=is_first or is_unsure,
    )


def _lessons(index: Index, names: Sequence[str]) -> dict[str, Lesson]:
    if not names:
        return {}
    rows = index.lake.read(RECORDS, index.source, columns=(*_LESSON, "sync_status"))
    is_asked = pc.field("content_hash").isin(list(names))
    current = rows.filter(is_asked & (pc.field("sync_status") == "current"))
    # Of several records that say the same, the first by id comes last, and stays.
    lessons = current.sort_by([("record_id", "descending")]).select(_LESSON).to_pylist()
    return {lesson["content_hash"]: Lesson(**lesson) for lesson in lessons}


def _found(session: Session) -> dict[str, list[str]]:
    """The ids in a sink by the hash of what their entries say."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in sealed(session.entries()).to_pylist():
        found[row["content_hash"]].append(row["external_id"])
    return found


def _id_of(lesson: Lesson, found: Mapping[str, Sequence[str]]) -> str:
    ids = found.get(lesson.content_hash)
    if not ids:
        raise SinkFailed(
            f"the sink took the {lesson.kind} of {lesson.source_id} and does not show it",
            remedy="Does its store keep what it is told, and list all of it?",
        )
    return ids[-1]
