from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.ledger.store import Ledger
from metadata_assets.sinks.jsonl import read_jsonl
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.defs.test_sync import ITEM, SALE, only, statuses
from metadata_assets_tests.home import Home
from metadata_assets_tests.sinks.stores import RandomIds

STORE = "metadata_assets_tests.sinks.stores:random_ids"


@pytest.fixture
def vanna(home: Home, monkeypatch: pytest.MonkeyPatch) -> RandomIds:
    """The store that the sink of `shop` writes to."""
    monkeypatch.setenv("VANNA_FOLDER", str(home.path))
    monkeypatch.setenv("METADATA_ASSETS_SINK_OBJECTS", f'["{STORE}"]')
    return RandomIds(home.path)


def drop(home: Home, *statements: str, **sink: Any) -> None:
    config = sink or {"type": "vanna", "object": STORE}
    source = home.sqlite("shop", *statements)
    home.drop("shop.yaml", source | {"target_config": {"sink": config}})


def current(home: Home) -> list[str]:
    rows = home.lake.read(RECORDS, "m.shop").to_pylist()
    return sorted(row["content"] for row in rows if row["sync_status"] == "current")


def taught(vanna: RandomIds) -> list[str]:
    return sorted(vanna.get_training_data()["content"])


def test_a_failed_push_is_an_error_of_its_source_which_the_next_sync_mends(
    home: Home, vanna: RandomIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> str:
        raise ConnectionError("no route to postgresql://me:hunter2@vanna")

    with monkeypatch.context() as failing:
        failing.setattr(RandomIds, "add_ddl", refuse)
        drop(home, ITEM, SALE)
        outcome = only(home.sync())
    assert outcome.status == "failed"
    assert "failed at training the ddl of main.item: ConnectionError" in (outcome.reason or "")
    assert "hunter2" not in (outcome.reason or "")
    outcome = only(home.sync())
    assert (outcome.status, outcome.reason) == ("synced", "vanna_index is behind")
    assert taught(vanna) == current(home)
    with Ledger.open(home.settings.ledger_url) as ledger:
        assert ledger.errors("m.shop", status="open") == []
    home.sqlite("shop", "ALTER TABLE sale DROP COLUMN sold_at")
    pushed = only(home.sync()).results["vanna_index"]
    assert [pushed[name] for name in ("trained", "removed", "unchanged")] == [2, 2, 2]
    assert taught(vanna) == current(home)
    assert statuses(home.sync()) == {"m.shop": "unchanged"}


def test_code_that_is_not_allowed_is_not_run_and_another_sink_is_pushed_to_instead(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("METADATA_ASSETS_SINK_OBJECTS", raising=False)
    drop(home, ITEM, type="vanna", object="os:abort")
    outcome = only(home.sync())
    assert outcome.status == "failed"
    assert "METADATA_ASSETS_SINK_OBJECTS" in (outcome.reason or "")
    assert len(current(home)) == 2
    drop(home, type="jsonl", path="out/shop.jsonl")
    assert only(home.sync()).reason == "vanna_index is behind"
    assert sorted(one.content for one in read_jsonl(home.path / "out/shop.jsonl")) == current(home)
