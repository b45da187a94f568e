"""Bring the stored training records of a source in line with its catalog, in one commit.

Nothing changed, nothing written. A crash at any point leaves either the records as they were or the
records as they should be; the next sync settles the snapshot accordingly.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets.training.derive import derive_records
from metadata_assets.training.plan import Stamp, SyncCounts, SyncPlan, plan_sync, require_mode
from metadata_assets.training.records import RECORDS
from metadata_assets.training.snapshots import (
    SNAPSHOT_ID,
    SyncRun,
    recorded_snapshot,
    settle_snapshots,
)


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What a sync did.

    Attributes:
        counts: How many records met each fate.
        changes: The changed records, as in `SyncPlan.changes`.
        snapshot_id: The snapshot; None where nothing changed.
        version: The version of `RECORDS` it committed; None where nothing changed.
    """

    counts: SyncCounts
    changes: pa.Table
    snapshot_id: str | None
    version: int | None


def sync_records(
    lake: Lake,
    source: str,
    catalog: Catalog,
    *,
    dialect: str,
    catalog_version: str,
    run_id: str,
    now: datetime,
    mode: str = "incremental",
) -> SyncOutcome:
    """Merge what a catalog says into the stored records of its source.

    Args:
        lake: Where the records are.
        source: The source's key.
        catalog: What it holds now.
        dialect: Its SQLGlot dialect.
        catalog_version: The catalog's version, noted in each changed record.
        run_id: The run this belongs to, noted in the snapshot.
        now: The time of the sync.
        mode: `incremental` writes what differs, `full` every record of the catalog.

    Returns:
        What changed.

    Raises:
        ConfigurationError: The mode is neither.
        ConcurrentWrite: Another sync of this source committed first; nothing was changed.
    """
    require_mode(mode)
    settle_snapshots(lake, source, now=now)
    partition = lake.partition(RECORDS, source)
    stamp = Stamp(now, str(uuid.uuid4()), catalog_version)
    run = SyncRun(source, mode, stamp, run_id, partition.delta.version())
    derived = derive_records(source, catalog, dialect=dialect)
    plan = plan_sync(partition.read(), derived, catalog.unreadable, stamp=stamp, mode=mode)
    if plan.changes.num_rows == 0:
        return SyncOutcome(plan.counts, plan.changes, snapshot_id=None, version=None)
    with recorded_snapshot(lake, run, plan):
        version = partition.replace(plan.rows, metadata={SNAPSHOT_ID: stamp.snapshot_id})
    return SyncOutcome(plan.counts, plan.changes, stamp.snapshot_id, version)


def preview_sync(
    lake: Lake,
    source: str,
    catalog: Catalog,
    *,
    dialect: str,
    catalog_version: str,
    now: datetime,
    mode: str = "incremental",
) -> SyncPlan:
    """What `sync_records` would do with the same arguments; writes nothing.

    Raises:
        ConfigurationError: The mode is unknown.
    """
    return plan_sync(
        lake.read(RECORDS, source),
        derive_records(source, catalog, dialect=dialect),
        catalog.unreadable,
        stamp=Stamp(now, "preview", catalog_version),
        mode=require_mode(mode),
    )
