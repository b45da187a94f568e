"""Change the records of one source in one commit, under a snapshot.

Nothing changed, nothing written. A crash at any point leaves either the records as they were or the
records as they should be; whoever comes next settles the snapshot accordingly.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from metadata_assets.lake import Lake
from metadata_assets.training.plan import Stamp, SyncCounts, SyncPlan
from metadata_assets.training.records import RECORDS
from metadata_assets.training.snapshots import (
    SNAPSHOT_ID,
    SyncRun,
    recorded_snapshot,
    settle_snapshots,
)

Planner = Callable[[pa.Table, Stamp], SyncPlan]
"""Plans a change of the stored records, to be marked with the stamp."""


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What a sync did.

    Attributes:
        counts: How many records met each fate.
        changes: The changed records, as in `SyncPlan.changes`.
        snapshot_id: The snapshot; None where nothing changed.
        version: The version of `RECORDS` it committed; None where nothing changed.
        held_by: The snapshot of the rollback that held it back; None where none did.
    """

    counts: SyncCounts
    changes: pa.Table
    snapshot_id: str | None
    version: int | None
    held_by: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """What is noted of a change in its snapshot.

    Attributes:
        mode: What kind of change it is.
        catalog_version: The version of the source's catalog at the time.
        run_id: The run it belongs to.
        now: The time of the change.
        selection: What was asked for, as canonical JSON; None for everything.
    """

    mode: str
    catalog_version: str
    run_id: str
    now: datetime
    selection: str | None = None


def commit_change(lake: Lake, source: str, planner: Planner, note: ChangeNote) -> SyncOutcome:
    """Plan a change of a source's records and carry it out.

    Args:
        lake: Where the records are.
        source: Whose.
        planner: Plans the change.
        note: What the snapshot says of it.

    Raises:
        ConcurrentWrite: Someone else changed the records in the meantime; nothing was changed.
    """
    settle_snapshots(lake, source, now=note.now)
    partition = lake.partition(RECORDS, source)
    stamp = Stamp(note.now, str(uuid.uuid4()), note.catalog_version)
    run = SyncRun(
        source, note.mode, stamp, note.run_id, partition.delta.version(), selection=note.selection
    )
    plan = planner(partition.read(), stamp)
    if plan.changes.num_rows == 0:
        return SyncOutcome(plan.counts, plan.changes, None, None, held_by=plan.held_by)
    with recorded_snapshot(lake, run, plan):
        version = partition.overwrite(plan.rows, metadata={SNAPSHOT_ID: stamp.snapshot_id})
    return SyncOutcome(plan.counts, plan.changes, stamp.snapshot_id, version)


def preview_change(
    lake: Lake, source: str, planner: Planner, *, catalog_version: str, now: datetime
) -> SyncPlan:
    """What `commit_change` would do; writes nothing."""
    return planner(lake.read(RECORDS, source), Stamp(now, "preview", catalog_version))
