from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.lake import Lake, Partition
from metadata_assets.training.records import RECORDS
from metadata_assets.training.snapshots import settle_all, settle_snapshots
from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import NOON, Training
from metadata_assets_tests.training.killed import AFTER, BEFORE

NAMED_BY_SYNC = {"source_version", "last_sync_attempt", "snapshot_id"}


def test_a_sync_leaves_a_completed_snapshot(training: Training) -> None:
    training.sync(BEFORE)
    outcome = training.sync(AFTER)
    snapshot = training.snapshots[-1]
    assert snapshot["snapshot_id"] == outcome.snapshot_id
    assert (snapshot["status"], snapshot["mode"]) == ("completed", "incremental")
    assert (snapshot["run_id"], snapshot["catalog_version"]) == ("run", data_version(AFTER))
    assert snapshot["lake_version_after"] == outcome.version == training.versions[0]
    assert snapshot["lake_version_before"] == outcome.version - 1
    assert snapshot["started_at"] == training.now
    assert snapshot["completed_at"] >= training.now
    assert snapshot["duration_ms"] >= 0
    counted = {
        name: snapshot[name] for name in snapshot if name.endswith("_count") and snapshot[name] != 0
    }
    assert counted == {
        "new_count": 2,
        "modified_count": 2,
        "deleted_count": 2,
        "unchanged_count": 3,
    }


def test_a_snapshot_tells_which_objects_changed(training: Training) -> None:
    training.sync(BEFORE)
    training.sync(AFTER)
    claims, orders, refunds = (
        {"records": 1, "objects": [f"public.{name}"]} for name in ("claims", "orders", "refunds")
    )
    assert json.loads(training.snapshots[-1]["changes_applied"]) == {
        "new": {"ddl": claims, "documentation": claims},
        "modified": {"ddl": orders, "documentation": orders},
        "deleted": {"ddl": refunds, "documentation": refunds},
    }


def test_the_commit_carries_the_snapshots_id(training: Training, lake: Lake) -> None:
    outcome = training.sync(BEFORE)
    assert lake.history(RECORDS, 1)[0]["snapshot_id"] == outcome.snapshot_id


def test_a_sync_that_fails_marks_its_snapshot_failed_and_changes_nothing(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    training.sync(BEFORE)
    rows = training.rows
    overwrite = Partition.overwrite

    def full_disk(self: Partition, *args: Any, **kwargs: Any) -> int:
        if self.table is RECORDS:
            raise OSError("No space left on device")
        return overwrite(self, *args, **kwargs)

    monkeypatch.setattr(Partition, "overwrite", full_disk)
    with pytest.raises(OSError, match="No space left"):
        training.sync(AFTER)
    monkeypatch.undo()
    snapshot = training.snapshots[-1]
    assert (snapshot["status"], snapshot["error"]) == ("failed", "OSError: No space left on device")
    assert snapshot["lake_version_after"] is None
    assert training.rows.equals(rows)
    assert training.sync(AFTER).counts.new == 2


def test_nothing_is_settled_where_nothing_was_killed(training: Training, lake: Lake) -> None:
    assert settle_snapshots(lake, training.source, now=NOON) == {}
    training.sync(BEFORE)
    versions = training.versions
    assert settle_snapshots(lake, training.source, now=NOON) == {}
    assert training.versions == versions


@pytest.mark.parametrize(
    ("write", "left", "settled"),
    [
        pytest.param(1, ["completed"], [], id="before its snapshot is opened"),
        pytest.param(2, ["completed", "in_progress"], ["abandoned"], id="before its commit"),
        pytest.param(3, ["completed", "in_progress"], ["completed"], id="before it is completed"),
    ],
)
def test_a_killed_sync_is_settled_and_the_next_one_leaves_what_an_undisturbed_one_would(
    training: Training, lake: Lake, write: int, left: list[str], settled: list[str]
) -> None:
    training.sync(BEFORE)
    killed = subprocess.run(
        [sys.executable, "-m", "metadata_assets_tests.training.killed", lake.uri, str(write)],
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert sorted(one["status"] for one in training.snapshots) == left
    # Other sources commit in between; the landed commit is still found.
    Training(lake, source="demo.other").sync(BEFORE)
    assert list(settle_all(lake, now=NOON).values()) == settled
    training.sync(AFTER)

    undisturbed = Training(Lake(f"{lake.uri}-undisturbed"))
    undisturbed.sync(BEFORE)
    undisturbed.sync(AFTER)
    assert facts(training) == facts(undisturbed)
    assert "in_progress" not in {one["status"] for one in training.snapshots}


def test_the_next_sync_settles_by_itself(training: Training, lake: Lake) -> None:
    training.sync(BEFORE)
    subprocess.run(
        [sys.executable, "-m", "metadata_assets_tests.training.killed", lake.uri, "3"],
        check=False,
        timeout=60,
    )
    landed = training.versions[0]
    assert training.sync(AFTER).snapshot_id is None
    assert landed in {one["lake_version_after"] for one in training.snapshots}


def test_the_snapshots_of_other_sources_are_left_alone(training: Training, lake: Lake) -> None:
    other = Training(lake, source="demo.other")
    other.sync(BEFORE)
    training.sync(BEFORE)
    before = other.snapshots
    training.sync(catalog(table("t", column("id"))))
    assert other.snapshots == before


def facts(training: Training) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in NAMED_BY_SYNC}
        for row in training.records()
    ]
