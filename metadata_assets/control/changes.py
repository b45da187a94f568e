"""Compare two versions of the control table: which sources changed, came and went."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from metadata_assets.control.model import ControlRow, SourceValues
from metadata_assets.control.stored import ControlRows

ChangeKind = Literal["new", "updated", "deactivated", "reactivated", "deleted"]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """What happened to one source.

    Attributes:
        key: The source.
        kind: What happened; `deleted` means that its row is gone.
        before: The earlier row; None for a new source, and where it could not be understood.
        after: The later row; None for a deleted source.
    """

    key: str
    kind: ChangeKind
    before: ControlRow | None
    after: ControlRow | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The declared columns whose values differ; none where one side is missing."""
        if self.before is None or self.after is None:
            return ()
        names = (column.name for column in fields(SourceValues))
        return tuple(n for n in names if getattr(self.before, n) != getattr(self.after, n))


@dataclass(frozen=True, slots=True)
class ControlChanges:
    """What happened between two versions of the control table.

    Attributes:
        sources: The changes, by execution order, then key.
        to_version: The later version.
    """

    sources: tuple[SourceChange, ...]
    to_version: int | None

    @property
    def to_sync(self) -> tuple[str, ...]:
        """Active catalog sources that are new, updated or back, in execution order."""
        return tuple(change.key for change in self.sources if _is_read(change.after))

    @property
    def gone(self) -> tuple[str, ...]:
        """Sources whose catalog was read and is no longer."""
        return tuple(
            change.key
            for change in self.sources
            if _is_read(change.before) and not _is_read(change.after)
        )


def compare(before: ControlRows, after: ControlRows, *, to_version: int | None) -> ControlChanges:
    """What happened to each source; one whose row cannot be understood now is left out."""
    earlier = {row.key: row for row in before.sound}
    later = {row.key: row for row in after.sound}
    changes = []
    for key in (earlier.keys() | later.keys()) - after.broken.keys():
        kind = _kind(earlier.get(key), later.get(key), was_broken=key in before.broken)
        if kind is not None:
            changes.append(SourceChange(key, kind, earlier.get(key), later.get(key)))
    return ControlChanges(tuple(sorted(changes, key=_order)), to_version)


def _kind(
    before: ControlRow | None, after: ControlRow | None, *, was_broken: bool
) -> ChangeKind | None:
    if after is None:
        return "deleted"
    if before is None:
        return "updated" if was_broken else "new"
    if before.is_active != after.is_active:
        return "reactivated" if after.is_active else "deactivated"
    return None if before.content_hash == after.content_hash else "updated"


def _is_read(row: ControlRow | None) -> bool:
    return row is not None and row.is_active and row.is_catalog_source


def _order(change: SourceChange) -> tuple[int, str]:
    row = change.after or change.before
    return (row.execution_order if row else 0, change.key)
