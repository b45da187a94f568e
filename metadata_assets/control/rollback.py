"""Take the control table back to what it said at an earlier version, by a new commit.

A rollback counts as a direct edit of the declared values, so the next ingestion does not undo it.
A source that came later is deleted; one that a drop declares, and so would come back, is switched
off.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime

import pyarrow as pa

from metadata_assets.control.ingest import add_missing_columns, retried
from metadata_assets.control.model import ETL_CONTROL, SQL_ORIGIN, ControlRow, SourceValues
from metadata_assets.control.stored import ControlRows, key_of, understood, with_rows
from metadata_assets.control.table import ControlTable
from metadata_assets.lake import LakeTable, Partition


@dataclass(frozen=True, slots=True)
class RollbackOutcome:
    """What a rollback did.

    Attributes:
        changed: Sources with other values than before, those switched off among them.
        returned: Sources that are there again.
        deleted: Sources that are gone.
        switched_off: Sources that came later, and that a drop still declares.
        version: The control table's version now.
    """

    changed: tuple[str, ...]
    returned: tuple[str, ...]
    deleted: tuple[str, ...]
    switched_off: tuple[str, ...]
    version: int


def roll_back(
    control: ControlTable, version: int, *, now: datetime, author: str
) -> RollbackOutcome:
    """Make the control table say what it said at a version.

    Args:
        control: The control table.
        version: The version.
        now: The time to stamp changed rows with.
        author: Who they are stamped with; kept in the commit too.

    Raises:
        ConfigurationError: There is no such version any more.
        ConcurrentWrite: Others kept writing at the same time.
    """
    then = control.read(version)
    return retried(lambda: _once(control, version, then, now=now, author=author))


def _once(
    control: ControlTable, version: int, then: ControlRows, *, now: datetime, author: str
) -> RollbackOutcome:
    delta = control.lake.table(ETL_CONTROL).delta
    add_missing_columns(delta)
    stored = delta.to_pyarrow_table()
    present = {row.key: row for row in understood(stored).sound}
    earlier = {row.key: row for row in then.sound}
    edited = [
        row for row in (_edited(present.get(key), row) for key, row in earlier.items()) if row
    ]
    later = [row for key, row in present.items() if key not in earlier.keys() | then.broken.keys()]
    off = [replace(row, is_active=False) for row in later if row.drop and row.is_active]
    gone = {row.key for row in later if not row.drop}
    written = [replace(row, updated_timestamp=now, updated_by=author) for row in (*edited, *off)]
    outcome = RollbackOutcome(
        changed=tuple(row.key for row in written if row.key in present),
        returned=tuple(row.key for row in written if row.key not in present),
        deleted=tuple(sorted(gone)),
        switched_off=tuple(row.key for row in off),
        version=delta.version(),
    )
    if not written and not gone:
        return outcome
    stays = pa.array([key_of(row) not in gone for row in stored.to_pylist()], pa.bool_())
    table = LakeTable(ETL_CONTROL.name, stored.schema, ETL_CONTROL.key, partition=None)
    metadata = {"origin": "rollback", "author": author, "to_version": str(version)}
    rows = with_rows(stored.filter(stays), written)
    return replace(
        outcome, version=Partition(table, None, delta).overwrite(rows, metadata=metadata)
    )


def _edited(present: ControlRow | None, earlier: ControlRow) -> ControlRow | None:
    """The row with its earlier values; None where it has them."""
    if present is None:
        # Nobody declares it any more, or the next ingestion would tell of a conflict.
        return replace(earlier, origin=SQL_ORIGIN, base_hash=None)
    if present.content_hash == earlier.content_hash:
        return None
    return replace(present, **{f.name: getattr(earlier, f.name) for f in fields(SourceValues)})
