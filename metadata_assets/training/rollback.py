"""Take the records of a source back to a snapshot: by a new commit, the past stays.

A rollback holds until the catalog changes, or a full sync is asked for: a sync of the very version
it turned away from would undo it.
"""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.lake import Lake
from metadata_assets.training.commit import (
    ChangeNote,
    Planner,
    SyncOutcome,
    commit_change,
    preview_change,
)
from metadata_assets.training.plan import Stamp, SyncPlan, plan_replacing
from metadata_assets.training.records import SNAPSHOTS, training_sql
from metadata_assets.training.request import MODES
from metadata_assets.training.snapshots import SnapshotPoint, records_at

ROLLBACK = "rollback"
"""The mode of a rollback's snapshot."""

_HOLDING_COLUMNS = (
    "snapshot_id",
    "mode",
    "status",
    "selection",
    "catalog_version",
    "lake_version_after",
)


def plan_rollback(current: pa.Table, earlier: pa.Table, *, stamp: Stamp) -> SyncPlan:
    """Plan to make the catalog records what they were.

    Manual records and hand edits stay. Records that have come since are marked deleted; the next
    sync brings them back where the catalog still has them.

    Args:
        current: The stored records, with the columns of `RECORDS`.
        earlier: The records as they were.
        stamp: Put on every changed record.
    """
    changed = query(
        training_sql("macros") + training_sql("rollback"),
        current=current,
        earlier=earlier,
        stamp=stamp.as_row(),
    )
    return plan_replacing(current, changed)


def rollback_records(
    lake: Lake,
    source: str,
    point: SnapshotPoint,
    *,
    catalog_version: str,
    run_id: str,
    now: datetime,
) -> SyncOutcome:
    """Take a source's records back to what they were when a snapshot was completed.

    Args:
        lake: Where the records are.
        source: Whose; may be another source than the snapshot's, then as of the same moment.
        point: The snapshot, from `find_snapshot`.
        catalog_version: The version of the source's catalog now, against which it holds.
        run_id: The run this belongs to.
        now: The time of the rollback.

    Raises:
        ConcurrentWrite: A sync of this source committed first; nothing was changed.
    """
    note = ChangeNote(ROLLBACK, catalog_version, run_id, now)
    return commit_change(lake, source, _planner(lake, source, point), note)


def preview_rollback(lake: Lake, source: str, point: SnapshotPoint, *, now: datetime) -> SyncPlan:
    """What `rollback_records` would do; writes nothing."""
    planner = _planner(lake, source, point)
    return preview_change(lake, source, planner, catalog_version="preview", now=now)


def holding_rollback(lake: Lake, source: str, catalog_version: str) -> str | None:
    """The snapshot of the rollback that holds against a version of the catalog; None if none does.

    Args:
        lake: Where the snapshots are.
        source: Whose records.
        catalog_version: The version a sync would follow.
    """
    rows = lake.read(SNAPSHOTS, source, columns=_HOLDING_COLUMNS).to_pylist()
    # Edits in between neither end a hold nor begin one, nor do syncs of a part.
    whole = [
        row
        for row in rows
        if row["status"] == "completed"
        and (row["mode"] == ROLLBACK or (row["mode"] in MODES and row["selection"] is None))
    ]
    last = max(whole, key=lambda row: int(row["lake_version_after"]), default=None)
    if last is None or (last["mode"], last["catalog_version"]) != (ROLLBACK, catalog_version):
        return None
    return str(last["snapshot_id"])


def _planner(lake: Lake, source: str, point: SnapshotPoint) -> Planner:
    earlier = records_at(lake, source, point)

    def plan(current: pa.Table, stamp: Stamp) -> SyncPlan:
        return plan_rollback(current, earlier, stamp=stamp)

    return plan
