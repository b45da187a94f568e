"""The snapshot of a sync: opened before its commit, settled after it, whatever happens in between.

A snapshot's id is in the metadata of the one commit that changes the records. Whether that commit
landed is read there, by the sync that made it as by a later one that finds it was killed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.errors import ConcurrentWrite, ConfigurationError
from metadata_assets.lake import SOURCE, Lake
from metadata_assets.training.plan import Stamp, SyncPlan
from metadata_assets.training.records import RECORDS, SNAPSHOTS

SNAPSHOT_ID = "snapshot_id"
"""The key of a snapshot's id in the metadata of its commit."""

_ATTEMPTS = 5

_CHANGES_APPLIED = """
SELECT
  change,
  kind,
  count(*) AS records,
  list(DISTINCT source_id ORDER BY source_id)[:50] AS objects
FROM changes GROUP BY change, kind ORDER BY change, kind
"""


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One sync of one source.

    Attributes:
        source: Whose records it changes.
        mode: How it merges.
        stamp: Its snapshot, time and catalog version.
        run_id: The run it belongs to.
        version_before: The version of `RECORDS` it read.
        selection: What was asked for, as canonical JSON; None for everything.
        began: The monotonic clock at its start, for the duration.
    """

    source: str
    mode: str
    stamp: Stamp
    run_id: str
    version_before: int
    selection: str | None = None
    began: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class SnapshotPoint:
    """A moment the records can be taken back to.

    Attributes:
        snapshot_id: The snapshot completed then.
        source: Whose it is.
        version: The version of `RECORDS` it committed.
    """

    snapshot_id: str
    source: str
    version: int


def find_snapshot(lake: Lake, snapshot_id: str) -> SnapshotPoint:
    """A completed snapshot of any source.

    Raises:
        ConfigurationError: There is none of this id, or it was not completed.
    """
    rows = query(
        "SELECT * FROM snapshots, wanted WHERE snapshot_id = wanted",
        snapshots=lake.read_all(SNAPSHOTS),
        wanted=pa.table({"wanted": pa.array([snapshot_id], pa.string())}),
    ).to_pylist()
    if not rows or rows[0]["status"] != "completed":
        what = f"was not completed, but {rows[0]['status']}" if rows else "does not exist"
        raise ConfigurationError(
            f"the snapshot {snapshot_id} {what}",
            remedy="`metadata-assets training snapshots` lists them.",
        )
    (row,) = rows
    return SnapshotPoint(snapshot_id, row["source"], row["lake_version_after"])


def records_at(lake: Lake, source: str, point: SnapshotPoint) -> pa.Table:
    """The records of a source as they were at the moment of a snapshot.

    Raises:
        VersionGone: The lake does not hold that version any more.
    """
    return lake.read(RECORDS, source, version=point.version)


@contextmanager
def recorded_snapshot(lake: Lake, run: SyncRun, plan: SyncPlan) -> Iterator[None]:
    """Record a sync while its block commits, with the snapshot's id in the commit's metadata.

    The snapshot is completed where that commit landed; otherwise, where the block raises, failed
    with the error.
    """
    opened: dict[str, Any] = {
        "snapshot_id": run.stamp.snapshot_id,
        "mode": run.mode,
        "started_at": run.stamp.moment,
        "status": "in_progress",
        "selection": run.selection,
        "catalog_version": run.stamp.catalog_version,
        "run_id": run.run_id,
        "lake_version_before": run.version_before,
        **{f"{fate}_count": count for fate, count in asdict(plan.counts).items()},
        "changes_applied": _changes_applied(plan.changes),
    }
    _put(lake, run.source, opened)
    try:
        yield
    except BaseException as error:
        failure = {"status": "failed", "error": f"{type(error).__name__}: {error}"}
        _put(lake, run.source, opened | failure | _ended(run) | _landed(lake, opened))
        raise
    _put(lake, run.source, opened | _ended(run) | _landed(lake, opened))


def settle_all(lake: Lake, *, now: datetime) -> dict[str, str]:
    """`settle_snapshots` for every source that has something to settle."""
    rows = lake.read_all(SNAPSHOTS, columns=(SOURCE, "status"))
    unsettled = rows.filter(pc.field("status") == "in_progress")[SOURCE].unique()
    statuses: dict[str, str] = {}
    for source in sorted(map(str, unsettled.to_pylist())):
        statuses |= settle_snapshots(lake, source, now=now)
    return statuses


def settle_snapshots(lake: Lake, source: str, *, now: datetime) -> dict[str, str]:
    """Settle the snapshots that killed syncs left in progress.

    A sync that is still running is settled as abandoned; it completes its snapshot all the same.

    Args:
        lake: Where they are.
        source: Whose.
        now: Becomes their completion time.

    Returns:
        The status given to each, by snapshot id: completed where its commit landed, or abandoned.
    """
    unsettled = [
        row for row in lake.read(SNAPSHOTS, source).to_pylist() if row["status"] == "in_progress"
    ]
    statuses: dict[str, str] = {}
    for row in unsettled:
        settled = row | {"status": "abandoned", "completed_at": now} | _landed(lake, row)
        _put(lake, source, settled)
        statuses[row["snapshot_id"]] = settled["status"]
    return statuses


def _ended(run: SyncRun) -> dict[str, Any]:
    elapsed = timedelta(seconds=time.monotonic() - run.began)
    return {
        "completed_at": run.stamp.moment + elapsed,
        "duration_ms": round(elapsed.total_seconds() * 1000),
    }


def _landed(lake: Lake, opened: dict[str, Any]) -> dict[str, Any]:
    """The columns of a completed snapshot where its commit is in the history; none otherwise."""
    commits_since = (lake.version(RECORDS) or 0) - opened["lake_version_before"]
    for commit in lake.history(RECORDS, commits_since) if commits_since > 0 else []:
        if commit.get(SNAPSHOT_ID) == opened["snapshot_id"]:
            version = int(commit["version"])
            return {"status": "completed", "lake_version_after": version, "error": None}
    return {}


def _changes_applied(changes: pa.Table) -> str:
    applied: dict[str, dict[str, Any]] = {}
    for row in query(_CHANGES_APPLIED, changes=changes).to_pylist():
        told = {"records": row["records"], "objects": row["objects"]}
        applied.setdefault(row["change"], {})[row["kind"]] = told
    return json.dumps(applied, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _put(lake: Lake, source: str, row: dict[str, Any]) -> None:
    """Store one snapshot; another sync of the source may store its own at the same moment."""
    stored = {name: row.get(name) for name in SNAPSHOTS.schema.names}
    for attempt in range(1, _ATTEMPTS + 1):
        partition = lake.partition(SNAPSHOTS, source)
        others = [
            other
            for other in partition.read().to_pylist()
            if other["snapshot_id"] != row["snapshot_id"]
        ]
        rows = pa.Table.from_pylist([*others, stored], schema=SNAPSHOTS.schema)
        try:
            partition.replace(rows)
        except ConcurrentWrite:
            if attempt == _ATTEMPTS:
                raise
        else:
            return
