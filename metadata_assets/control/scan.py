"""See cheaply whether the drops folder changed: what a sensor asks at every tick.

A file is read only when its size, times, inode or version moved since the last scan. One written
within the last second may be half written: it keeps its earlier state and shows up in a later scan.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from metadata_assets.control.folder import Location, open_folder
from metadata_assets.control.found import FoundDrop
from metadata_assets.control.problems import Problem

SETTLING_SECONDS = 1.0
"""How long a file must have been left alone before it is read."""

_UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class DropState:
    """A drop as a scan left it.

    Attributes:
        stamp: Its size, times and inode: while they stay, so does the content.
        digest: The sha256 of its content.
    """

    stamp: str
    digest: str


@dataclass(frozen=True, slots=True)
class DropScan:
    """What a scan saw.

    Attributes:
        states: Each drop's state, by path; the next scan's `previous`.
        changed: Drops that are new or whose content differs.
        removed: Drops that are gone.
        settling: Drops written too recently to be read.
    """

    states: Mapping[str, DropState]
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    settling: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether there is something to ingest and nobody is writing."""
        return bool(self.changed or self.removed) and not self.settling

    def cursor(self) -> str:
        """The states as text, for `states_of`."""
        return json.dumps({path: [s.stamp, s.digest] for path, s in self.states.items()})


def states_of(cursor: str | None) -> dict[str, DropState]:
    """The states in a cursor; none where there is no cursor yet."""
    stored = json.loads(cursor) if cursor else {}
    return {path: DropState(stamp, digest) for path, (stamp, digest) in stored.items()}


def scan_drops(location: Location, previous: Mapping[str, DropState], *, now: datetime) -> DropScan:
    """Compare the drops folder with an earlier scan of it.

    Args:
        location: The drops folder; a missing one holds no drops.
        previous: The states of the earlier scan.
        now: The time of this scan.

    Raises:
        SourceUnavailable: It is in a store that does not answer.
    """
    folder = open_folder(location)
    listing = folder.listing()
    states: dict[str, DropState] = {}
    settling: list[str] = []
    moved: list[FoundDrop] = []
    for drop in listing.found:
        before = previous.get(drop.path)
        if before is not None and before.stamp == drop.stamp:
            states[drop.path] = before
        elif _is_settling(drop, now):
            settling.append(drop.path)
            if before is not None:
                states[drop.path] = before
        else:
            moved.append(drop)
    for drop, content in zip(moved, folder.contents(moved), strict=True):
        states[drop.path] = DropState(drop.stamp, _digest(content))
    for refused in listing.refused:
        states[refused.path] = DropState(_UNREADABLE, refused.problem.what)
    return DropScan(
        states,
        changed=tuple(
            path
            for path, state in states.items()
            if path not in previous or previous[path].digest != state.digest
        ),
        removed=tuple(path for path in previous if path not in states),
        settling=tuple(settling),
    )


def _is_settling(drop: FoundDrop, now: datetime) -> bool:
    if drop.modified is None:
        return False
    return abs(now.timestamp() - drop.modified) < SETTLING_SECONDS


def _digest(content: bytes | Problem) -> str:
    if isinstance(content, Problem):
        return f"{_UNREADABLE}: {content.what}"
    return hashlib.sha256(content).hexdigest()
