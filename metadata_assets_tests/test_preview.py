from __future__ import annotations

from datetime import datetime, timezone

import pytest

from metadata_assets.outcomes import SourceOutcome
from metadata_assets.preview import preview_sources
from metadata_assets.training.records import RECORDS
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.selection import Selection
from metadata_assets_tests.home import Home

ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"
SALE = "CREATE TABLE sale (item_id INTEGER REFERENCES item (id), sold_at TEXT)"


def preview(home: Home, mode: str = "incremental", **selection: tuple[str, ...]) -> SourceOutcome:
    request = SyncRequest(mode, Selection(**selection))
    now = datetime.now(timezone.utc)
    (outcome,) = preview_sources(home.settings, (), now=now, request=request).sources
    return outcome


@pytest.mark.parametrize("mode", ["incremental", "full"])
def test_a_dry_run_tells_the_very_changes_the_sync_then_makes(home: Home, mode: str) -> None:
    source = home.sqlite("shop", ITEM, SALE)
    home.drop("shop.yaml", source | {"target_config": {"sink": SINK}})
    home.sync()
    home.sqlite("shop", "ALTER TABLE sale DROP COLUMN sold_at")
    versions = home.lake_versions()
    told = preview(home, mode, tables=("sale",))
    assert (told.status, home.lake_versions()) == ("would sync", versions)
    (done,) = home.sync(request=SyncRequest(mode, Selection(tables=("sale",)))).sources
    assert told.changed_records == done.changed_records != []
    assert told.record_counts == done.record_counts
    assert told.changes[0]["code"] == done.changes[0]["code"]


SINK = {"type": "jsonl", "path": "taught.jsonl"}


def test_a_verification_compares_source_records_and_index(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM) | {"target_config": {"sink": SINK}})
    home.sync()
    versions = home.lake_versions()
    assert preview(home, "verify").status == "verified"
    (home.path / "taught.jsonl").write_text("")
    home.sqlite("shop", SALE)
    found = preview(home, "verify")
    assert found.status == "differs"
    differences = [(one["change"], one["source_id"]) for one in found.changed_records]
    assert ("new", "main.sale") in differences
    assert ("index: missing", "main.item") in differences
    assert home.lake_versions() == versions
    assert home.lake.read(RECORDS, "m.shop", columns=["record_id"]).num_rows == 2
