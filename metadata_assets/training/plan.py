"""What a change of the records would be: who meets which fate, and the rows that come of it.

Pure: Arrow tables in, a plan out; `commit` carries it out. A sync changes only records that follow
the catalog or a declaration, and of those never one that was edited by hand.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import opened_engine, query
from metadata_assets.training.derive import Derivation
from metadata_assets.training.records import RECORDS, training_sql
from metadata_assets.training.selection import Selection, selected

_UNTOUCHED = ("unchanged", "gone")


@dataclass(frozen=True, slots=True)
class SyncCounts:
    """How many records that follow the catalog or a declaration met each fate.

    Attributes:
        new: Never stored before.
        modified: Say something else now.
        deleted: Their object is gone; they are kept, marked deleted.
        resurrected: Were deleted or outdated, and are current again.
        outdated: Their object could not be read, or changed under a hand edit.
        relabelled: Say the same, but the facts kept beside it differ.
        rewritten: Unchanged, and written anew by a full sync.
        restored: Taken back to an earlier snapshot.
        unchanged: Not touched.
    """

    new: int = 0
    modified: int = 0
    deleted: int = 0
    resurrected: int = 0
    outdated: int = 0
    relabelled: int = 0
    rewritten: int = 0
    restored: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        """How many records are written."""
        fates: dict[str, int] = asdict(self)
        return sum(fates.values()) - self.unchanged


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and by which sync a record was changed.

    Attributes:
        moment: The time of the sync.
        snapshot_id: Its snapshot.
        catalog_version: The version of the catalog it read.
    """

    moment: datetime
    snapshot_id: str
    catalog_version: str

    def as_row(self) -> pa.Table:
        """A table of one row, for SQL."""
        return pa.table(
            {
                "moment": pa.array([self.moment], pa.timestamp("us", "UTC")),
                "snapshot_id": pa.array([self.snapshot_id], pa.string()),
                "catalog_version": pa.array([self.catalog_version], pa.string()),
            }
        )


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """The records as they should be, and what changes to get there.

    Attributes:
        rows: All records of the source, with the columns of `RECORDS`.
        counts: The fates, counted.
        changes: One row a changed record: record_id, kind, source_id, chunk, change, reason, and
            the content hashes hash_before and hash_after; ordered by object.
        held_by: The snapshot of the rollback that holds a sync back; None where none does.
    """

    rows: pa.Table
    counts: SyncCounts
    changes: pa.Table
    held_by: str | None = None


def plan_merge(
    current: pa.Table,
    derivation: Derivation,
    unreadable: pa.Table,
    *,
    stamp: Stamp,
    selection: Selection,
) -> SyncPlan:
    """Merge what is derived into what is stored, writing only what differs.

    Args:
        current: The stored records of the source, with the columns of `RECORDS`.
        derivation: What its catalog says now.
        unreadable: What the source would not show; its records become outdated, not deleted.
        stamp: Put on every changed record.
        selection: What may be changed; anything else stays, whatever the catalog says.
    """
    fates = compare(current, derivation, unreadable)
    return _plan(current, derivation, fates, stamp, selection)


def plan_rewrite(
    current: pa.Table,
    derivation: Derivation,
    unreadable: pa.Table,
    *,
    stamp: Stamp,
    selection: Selection,
) -> SyncPlan:
    """Like `plan_merge`, but every record that says what the catalog says is written anew."""
    fates = query(training_sql("rewrite_all"), fates=compare(current, derivation, unreadable))
    return _plan(current, derivation, fates, stamp, selection)


def compare(current: pa.Table, derivation: Derivation, unreadable: pa.Table) -> pa.Table:
    """What becomes of each catalog record that is not in step: one row each, see `compare.sql`."""
    return query(
        training_sql("macros") + training_sql("compare"),
        current=current,
        derived=derivation.records,
        in_step=derivation.in_step,
        unreadable=unreadable,
    )


def touched(fates: pa.Table) -> pa.Table:
    """Those that would be written."""
    return fates.filter(pc.invert(pc.is_in(fates["change"], pa.array(_UNTOUCHED))))


def plan_nothing(current: pa.Table, *, held_by: str) -> SyncPlan:
    """Plan to leave everything as it is, because a rollback holds it."""
    unchanged = pa.schema([*RECORDS.schema, pa.field("change", pa.string())]).empty_table()
    return replace(plan_replacing(current, unchanged), held_by=held_by)


def plan_replacing(current: pa.Table, changed: pa.Table) -> SyncPlan:
    """Plan to put changed records in the place of the stored ones of the same id.

    Args:
        current: The stored records, with the columns of `RECORDS`.
        changed: Changed and new records, with the columns of `RECORDS` and `change`, their fate.
    """
    changes = query(training_sql("changes"), current=current, changed=changed)
    # Filtered by Arrow: the untouched rows stay what they are, and are copied once at most.
    kept = current.filter(pc.invert(pc.is_in(current["record_id"], changed["record_id"])))
    follows = (pc.field("source_type") == "catalog") | pc.field("derived_hash").is_valid()
    live = kept.select(["source_type", "derived_hash", "sync_status"]).filter(
        follows & (pc.field("sync_status") != "deleted")
    )
    fates = Counter(str(fate) for fate in changed["change"].to_pylist())
    counts = SyncCounts(**fates, unchanged=live.num_rows)
    written = changed.select(RECORDS.schema.names).cast(RECORDS.schema)
    return SyncPlan(pa.concat_tables([kept, written]), counts, changes)


def _plan(
    current: pa.Table, derivation: Derivation, fates: pa.Table, stamp: Stamp, selection: Selection
) -> SyncPlan:
    pending = touched(fates)
    changes = touched(selected(fates, selection))
    with opened_engine() as engine:
        engine.register(
            current=current,
            derived=derivation.records,
            pending=pending,
            changes=changes,
            stamp=stamp.as_row(),
        )
        changed = engine.query(training_sql("macros") + training_sql("apply"))
    return plan_replacing(current, changed)
