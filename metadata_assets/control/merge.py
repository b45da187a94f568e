"""Merge what the drops declare into the control table, three ways: base, YAML, table.

The base is the hash of the YAML row last ingested. Whoever changed their side since then wins; if
both did, the table's value stands and the conflict is reported until the two agree.

A row that leaves its file is deactivated, its values kept, and its base marked as removed; one that
was inactive already is marked as absent. So only what YAML itself switched off does YAML switch on
again, and who activates such a row in the table keeps it. Who deletes a row from the table while a
drop still declares it gets it back: to switch a source off, set `is_active` to false.

Pure: rows in, rows out; no clock, no storage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Literal

from metadata_assets.control.conflict import Conflict, Difference
from metadata_assets.control.drops import Drops
from metadata_assets.control.model import YAML_ORIGIN, ControlRow, SourceValues
from metadata_assets.control.modules_drop import DeclaredSource
from metadata_assets.control.settlement import UNSETTLED, Settlement

Effect = Literal["inserted", "updated", "deactivated", "reactivated", "relinked"]
"""What a merge does to a row; `relinked` changes only its origin and base, not its values."""

_REMOVED = "removed:"
"""How the base of a row begins that YAML no longer declares and so switched off; a hash follows."""

_ABSENT = "absent:"
"""The same where the row was inactive already."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that the merge writes.

    Attributes:
        effect: What happens to it.
        row: The row afterwards, not stamped yet.
    """

    effect: Effect
    row: ControlRow

    def stamped(self, *, now: datetime, user: str) -> ControlRow:
        """The row with its timestamps and authors; a relinked row keeps those it has."""
        if self.effect == "relinked":
            return self.row
        row = replace(self.row, updated_timestamp=now, updated_by=user)
        if self.effect == "inserted":
            row = replace(row, created_timestamp=now, created_by=user)
        return row


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of the control table.

    Attributes:
        changes: The rows to write.
        conflicts: Declarations that were not applied.
        unchanged: How many sound rows stay exactly as they are.
    """

    changes: tuple[RowChange, ...]
    conflicts: tuple[Conflict, ...]
    unchanged: int

    def keys(self, effect: Effect) -> tuple[str, ...]:
        """The sources that something happens to."""
        return tuple(change.row.key for change in self.changes if change.effect == effect)


def merge(
    rows: Sequence[ControlRow],
    drops: Drops,
    *,
    broken: Set[str] = frozenset(),
    settlement: Settlement = UNSETTLED,
) -> Merge:
    """Merge drops into the rows of the control table.

    Args:
        rows: The sound rows of the table, one a key.
        drops: What the drops folder says.
        broken: Keys of rows that cannot be understood; they stay as they are.
        settlement: What was decided on conflicts.
    """
    steps = [*_declared(rows, drops, broken, settlement), *_undeclared(rows, drops)]
    changes = tuple(step for step in steps if isinstance(step, RowChange))
    written = sum(change.effect != "inserted" for change in changes)
    return Merge(
        changes=changes,
        conflicts=tuple(step for step in steps if isinstance(step, Conflict)),
        unchanged=len(rows) - written,
    )


def _declared(
    rows: Sequence[ControlRow], drops: Drops, broken: Set[str], settlement: Settlement
) -> Iterator[RowChange | Conflict]:
    by_key = {row.key: row for row in rows}
    for key, source in drops.sources.items():
        if key in broken:
            continue
        row = by_key.get(key)
        if row is None:
            yield RowChange("inserted", _new_row(source))
        elif row.drop is not None and drops.is_unknown(row.drop):
            yield Conflict(key, source.file, source.place.line, "unreadable", owner=row.drop)
        else:
            step = _reconciled(row, source, settlement)
            if step is not None:
                yield step


def _undeclared(rows: Sequence[ControlRow], drops: Drops) -> Iterator[RowChange]:
    for row in rows:
        if row.drop is None or row.key in drops.sources or _is_marked(row, _REMOVED, _ABSENT):
            continue
        if drops.may_declare(row.drop, row.source_id):
            continue
        base = row.base_hash or ""
        if row.is_active:
            gone = replace(row, is_active=False, base_hash=f"{_REMOVED}{base}")
            yield RowChange("deactivated", gone)
        else:
            yield RowChange("relinked", replace(row, base_hash=f"{_ABSENT}{base}"))


def _reconciled(
    row: ControlRow, source: DeclaredSource, settlement: Settlement
) -> RowChange | Conflict | None:
    """What a declaration does to the row it is about; None where nothing."""
    yaml, table, base = source.values.content_hash, row.content_hash, _base(row)
    linked = replace(row, origin=f"{YAML_ORIGIN}{source.file}", base_hash=yaml)
    if yaml == table:
        return _change(row, linked)
    if _is_marked(row, _REMOVED) and not row.is_active:
        if yaml == base:
            return _change(row, replace(linked, is_active=source.values.is_active))
        # As it was before YAML took it away, which it only does to active rows.
        table = replace(row, is_active=True).content_hash
    elif yaml == base:
        return _change(row, linked)
    if table == base:
        return _change(row, _with_values(linked, source.values))
    side = settlement.winner(row.key)
    if side is not None:
        # Where the table wins, it counts as edited after this declaration.
        return _change(row, linked if side == "table" else _with_values(linked, source.values))
    return Conflict(
        row.key,
        source.file,
        source.place.line,
        "edited",
        differences=tuple(
            Difference(f.name, getattr(source.values, f.name), getattr(row, f.name))
            for f in fields(SourceValues)
            if getattr(source.values, f.name) != getattr(row, f.name)
        ),
    )


def _change(before: ControlRow, after: ControlRow) -> RowChange | None:
    if after == before:
        return None
    effect: Effect = "updated"
    if before.is_active != after.is_active:
        effect = "reactivated" if after.is_active else "deactivated"
    elif before.content_hash == after.content_hash:
        effect = "relinked"
    return RowChange(effect, after)


def _is_marked(row: ControlRow, *marks: str) -> bool:
    return row.base_hash is not None and row.base_hash.startswith(marks)


def _base(row: ControlRow) -> str:
    return (row.base_hash or "").removeprefix(_REMOVED).removeprefix(_ABSENT)


def _with_values(row: ControlRow, values: SourceValues) -> ControlRow:
    return replace(row, **{f.name: getattr(values, f.name) for f in fields(SourceValues)})


def _new_row(source: DeclaredSource) -> ControlRow:
    row = ControlRow(
        module_name=source.module_name,
        source_id=source.source_id,
        origin=f"{YAML_ORIGIN}{source.file}",
        base_hash=source.values.content_hash,
    )
    return _with_values(row, source.values)
