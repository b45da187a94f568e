"""Take the records of a source back to a snapshot: by a new commit, the past stays."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.lake import Lake
from metadata_assets.training.commit import Planner, SyncOutcome, commit_change, preview_change
from metadata_assets.training.plan import Stamp, SyncPlan, plan_replacing
from metadata_assets.training.records import RECORDS, training_sql
from metadata_assets.training.snapshots import SnapshotPoint


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
    lake: Lake, source: str, point: SnapshotPoint, *, run_id: str, now: datetime
) -> SyncOutcome:
    """Take a source's records back to what they were when a snapshot was completed.

    Args:
        lake: Where the records are.
        source: Whose; may be another source than the snapshot's, then as of the same moment.
        point: The snapshot, from `find_snapshot`.
        run_id: The run this belongs to.
        now: The time of the rollback.

    Raises:
        ConcurrentWrite: A sync of this source committed first; nothing was changed.
    """
    return commit_change(
        lake,
        source,
        _planner(lake, source, point),
        mode="rollback",
        catalog_version=point.catalog_version,
        run_id=run_id,
        now=now,
    )


def preview_rollback(lake: Lake, source: str, point: SnapshotPoint, *, now: datetime) -> SyncPlan:
    """What `rollback_records` would do; writes nothing."""
    return preview_change(lake, source, _planner(lake, source, point), now=now)


def _planner(lake: Lake, source: str, point: SnapshotPoint) -> Planner:
    earlier = lake.read(RECORDS, source, version=point.version)

    def plan(current: pa.Table, stamp: Stamp) -> SyncPlan:
        return plan_rollback(current, earlier, stamp=stamp)

    return plan
