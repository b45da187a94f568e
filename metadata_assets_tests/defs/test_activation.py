from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from deltalake import DeltaTable

from metadata_assets.catalog.model import TABLES
from metadata_assets.control.sql import run_sql
from metadata_assets.defs.partitions import SOURCES
from metadata_assets.defs.sensors import control_table_sensor
from metadata_assets.ledger.store import Ledger
from metadata_assets.training.activation import INACTIVE
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.control.conftest import NOON
from metadata_assets_tests.defs.test_index import STORE
from metadata_assets_tests.defs.test_sensors import tick
from metadata_assets_tests.defs.test_sync import ITEM, statuses
from metadata_assets_tests.home import Home
from metadata_assets_tests.sinks.stores import RandomIds

TAUGHT = Path("taught.jsonl")


def drop(home: Home, **values: Any) -> None:
    sink = {"target_config": {"sink": {"type": "jsonl", "path": str(TAUGHT)}}}
    home.drop("shop.yaml", home.sqlite("shop") | sink | values, home.sqlite("crm"))


@pytest.fixture
def shop(home: Home) -> Home:
    """A home with the synced sources m.shop, pushed to a file, and m.crm."""
    for name in ("shop", "crm"):
        home.sqlite(name, ITEM)
    drop(home)
    assert home.sync().succeeded
    return home


def records(home: Home) -> set[tuple[str, str | None]]:
    rows = home.lake.read(RECORDS, "m.shop").to_pylist()
    return {(row["sync_status"], row["status_reason"]) for row in rows}


def taught(home: Home) -> int:
    path = home.path / TAUGHT
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_source_that_is_switched_off_is_withdrawn_and_returns_as_it_was(
    shop: Home, instance: dg.DagsterInstance
) -> None:
    before = shop.lake.read(RECORDS, "m.shop").select(["record_id", "content"])
    lines = taught(shop)
    drop(shop, is_active=False)
    assert statuses(shop.sync()) == {"m.crm": "unchanged"}
    assert instance.get_dynamic_partitions(SOURCES) == ["m.crm"]
    assert records(shop) == {("deleted", INACTIVE)}
    assert shop.lake.read(TABLES, "m.shop").num_rows == 1  # its history is kept
    assert taught(shop) == 0
    drop(shop)
    assert shop.sync().succeeded
    assert instance.get_dynamic_partitions(SOURCES) == ["m.crm", "m.shop"]
    assert records(shop) == {("current", None)}
    assert shop.lake.read(RECORDS, "m.shop").select(["record_id", "content"]) == before
    assert taught(shop) == lines


def test_it_is_withdrawn_whoever_switches_it_off(shop: Home, instance: dg.DagsterInstance) -> None:
    cursor = tick(instance, control_table_sensor).cursor
    text = "UPDATE etl_control SET is_active = false WHERE source_id = 'shop'"
    run_sql(shop.lake, text, now=NOON, author="ann")
    found = tick(instance, control_table_sensor, cursor)
    assert [r.partition_keys for r in found.dynamic_partitions_requests or []] == [[], ["m.shop"]]
    assert records(shop) == {("deleted", INACTIVE)}
    assert taught(shop) == 0


def test_a_source_whose_row_is_deleted_is_withdrawn_too(
    shop: Home, instance: dg.DagsterInstance
) -> None:
    (shop.settings.drops_path / "shop.yaml").unlink()
    DeltaTable(f"{shop.settings.lake_uri}/control/etl_control").delete("source_id = 'shop'")
    shop.sync()
    assert instance.get_dynamic_partitions(SOURCES) == []
    assert records(shop) == {("deleted", INACTIVE)}


def test_what_cannot_be_withdrawn_is_an_open_error_and_is_tried_again(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> bool:
        raise ConnectionError("no route")

    monkeypatch.setenv("VANNA_FOLDER", str(home.path))
    monkeypatch.setenv("METADATA_ASSETS_SINK_OBJECTS", f'["{STORE}"]')
    sink = {"target_config": {"sink": {"type": "vanna", "object": STORE}}}
    home.drop("shop.yaml", home.sqlite("shop", ITEM) | sink)
    assert home.sync().succeeded
    home.drop("shop.yaml", home.sqlite("shop") | sink | {"is_active": False})
    with monkeypatch.context() as failing:
        failing.setattr(RandomIds, "remove_training_data", refuse)
        home.sync()
    assert instance.get_dynamic_partitions(SOURCES) == ["m.shop"]
    with Ledger.open(home.settings.ledger_url) as ledger:
        assert "no route" in ledger.errors("m.shop", status="open")[0].error_message
    home.sync()
    assert instance.get_dynamic_partitions(SOURCES) == []
    assert RandomIds(home.path).get_training_data().empty
    with Ledger.open(home.settings.ledger_url) as ledger:
        assert ledger.errors("m.shop", status="open") == []
