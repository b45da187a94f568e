from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from metadata_assets.control.table import ControlTable
from metadata_assets.sinks.jsonl import read_jsonl
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.cli.test_commands import ITEM, call
from metadata_assets_tests.home import Home
from metadata_assets_tests.sinks.stores import RandomIds

STORE = "metadata_assets_tests.sinks.stores:random_ids"


@pytest.fixture
def vanna(home: Home, monkeypatch: pytest.MonkeyPatch) -> RandomIds:
    """A store that was taught before the home, whose source m.shop names it as its sink."""
    monkeypatch.setenv("VANNA_FOLDER", str(home.path))
    monkeypatch.setenv("METADATA_ASSETS_SINK_OBJECTS", '["metadata_assets_tests.sinks.*"]')
    store = RandomIds(home.path)
    store.train(documentation="An item is what we sell.")
    store.train(question="How many items?", sql="SELECT count(*) FROM item")
    store.train(question="Which orders?", sql="SELECT * FROM orders")
    sink = {"sink": {"type": "vanna", "object": STORE}}
    home.drop("shop.yaml", home.sqlite("shop", ITEM) | {"target_config": sink})
    assert home.sync().succeeded
    return store


def taught(vanna: RandomIds) -> set[str]:
    return set(vanna.get_training_data()["content"])


def test_a_vanna_is_adopted_exported_and_mended(
    home: Home, vanna: RandomIds, tmp_path: Path
) -> None:
    before = taught(vanna)
    found = json.loads(call("training", "import", "m.shop", "--dry-run", "--json").stdout)
    assert (found["new"], found["recognised"]) == (3, 0)
    assert call("training", "import", "m.shop").exit_code == 0
    rows = home.lake.read(RECORDS, "m.shop").to_pylist()
    manual = {row["content"]: row["sync_status"] for row in rows if row["source_type"] == "manual"}
    assert manual == {
        "An item is what we sell.": "current",
        "SELECT count(*) FROM item": "current",
        "SELECT * FROM orders": "outdated",
    }
    assert taught(vanna) == before - {"SELECT * FROM orders"}
    assert len(vanna.get_training_data()) == 4
    out = tmp_path / "out.jsonl"
    assert call("training", "export", str(out)).exit_code == 0
    assert {one.content for one in read_jsonl(out)} == taught(vanna)
    again = call("training", "import", "m.shop", "--from", str(out), "--json")
    assert again.exit_code == 0, (again.stderr, again.exception)
    assert json.loads(again.stdout)["recognised"] == 4, again.stderr
    for known in vanna.get_training_data()["id"]:
        vanna.remove_training_data(known)
    assert call("training", "push").exit_code == 0
    assert taught(vanna) == set()
    assert call("training", "push", "m.shop", "--look").exit_code == 0
    assert taught(vanna) == {one.content for one in read_jsonl(out)}


def test_a_source_without_a_sink_says_what_to_import_from(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    control = ControlTable(home.lake)
    control.ingest(home.settings.drops_path, now=datetime.now(timezone.utc), user="me")
    result = call("training", "import", "m.shop")
    assert result.exit_code == 1
    assert "Pass --from" in result.stderr
