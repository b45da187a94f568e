from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from metadata_assets.errors import VersionGone
from metadata_assets.lake import Lake, LakeTable
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.maintenance import maintain

THINGS = LakeTable("some/things", pa.schema([("n", pa.int64())]), key=("n",))


def things(*numbers: int) -> pa.Table:
    return pa.table({"n": list(numbers)}, schema=THINGS.schema)


@pytest.fixture
def grown(lake: Lake) -> Lake:
    """A lake with a table of many small files and an earlier version."""
    for n in range(5):
        lake.partition(THINGS, "shop").append(things(n))
    lake.partition(THINGS, "crm").replace(things(7))
    return lake


def test_the_lake_is_compacted_and_every_recent_version_still_reads(
    grown: Lake, tmp_path: Path
) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        run = ledger.start_sync_run("shop", "batch")
        ledger.complete_sync_run(run.id, "completed", SyncRunStatistics())
        done = maintain(grown, ledger, retention_days=30)
        assert [one.id for one in ledger.runs()] == [run.id]
    assert done.lake == {"some/things": {"compacted_files": 5, "deleted_files": 0}}
    assert set(done.ledger.values()) == {0}
    assert grown.read(THINGS, "shop") == things(0, 1, 2, 3, 4)
    assert [grown.read(THINGS, "shop", version=v).num_rows for v in range(6)] == [0, 1, 2, 3, 4, 5]


def test_a_version_that_was_vacuumed_away_is_told(grown: Lake) -> None:
    done = grown.maintain(THINGS.name, retention=timedelta(0))
    assert done == {"compacted_files": 5, "deleted_files": 5}
    assert grown.read(THINGS, "shop") == things(0, 1, 2, 3, 4)
    assert grown.read(THINGS, "crm") == things(7)
    with pytest.raises(VersionGone, match="version 3 is no longer kept"):
        grown.read(THINGS, "shop", version=3)
