"""See cheaply whether the drops folder changed: what a sensor asks at every tick.

A file is hashed only when its size, times or inode moved since the last scan. One written within
the last second may be half written: it keeps its earlier state and shows up in a later scan.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from metadata_assets.control.folder import FoundDrop, list_drops

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


def scan_drops(folder: Path, previous: Mapping[str, DropState], *, now: datetime) -> DropScan:
    """Compare the drops folder with an earlier scan of it.

    Args:
        folder: The drops folder; a missing one holds no drops.
        previous: The states of the earlier scan.
        now: The time of this scan.
    """
    listing = list_drops(folder)
    states: dict[str, DropState] = {}
    settling: list[str] = []
    for drop in listing.found:
        before = previous.get(drop.path)
        stamp = _stamp(drop)
        if before is not None and before.stamp == stamp:
            states[drop.path] = before
        elif abs(now.timestamp() - drop.status.st_mtime) < SETTLING_SECONDS:
            settling.append(drop.path)
            if before is not None:
                states[drop.path] = before
        else:
            states[drop.path] = DropState(stamp, _digest(drop))
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


def _stamp(drop: FoundDrop) -> str:
    status = drop.status
    # The inode and the change time catch a file moved into place with an old modification time.
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


def _digest(drop: FoundDrop) -> str:
    try:
        return hashlib.sha256(Path(drop.location).read_bytes()).hexdigest()
    except OSError:
        return _UNREADABLE
