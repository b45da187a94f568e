from __future__ import annotations

import json
import os
import time
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context
from deltalake import DeltaTable, write_deltalake

from metadata_assets.definitions import defs
from metadata_assets.defs.sensors import control_table_sensor, source_drift_sensor, yaml_drop_sensor
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.home import Home

SHOP = "CREATE TABLE item (id INTEGER PRIMARY KEY)"


def settled(path: Path) -> Path:
    """The file as if nobody had written to it for a while."""
    os.utime(path, (time.time() - 60, time.time() - 60))
    return path


def tick(
    instance: dg.DagsterInstance, sensor: dg.SensorDefinition, cursor: str | None = None
) -> dg.SensorExecutionData:
    context = dg.build_sensor_context(
        instance=instance, cursor=cursor, definitions=defs(), resources=dict(defs().resources or {})
    )
    with partition_loading_context(dynamic_partitions_store=instance):  # as the daemon does
        return sensor.evaluate_tick(context)


def ingest(instance: dg.DagsterInstance) -> None:
    assert defs().resolve_job_def("control_ingest").execute_in_process(instance=instance).success


def test_a_new_drop_is_ingested_once(home: Home, instance: dg.DagsterInstance) -> None:
    settled(home.drop("shop.yaml", home.sqlite("shop", SHOP)))
    first = tick(instance, yaml_drop_sensor)
    assert len(first.run_requests or []) == 1
    second = tick(instance, yaml_drop_sensor, first.cursor)
    assert not second.run_requests
    assert second.skip_message == "1 drops, none changed"


def test_touching_a_drop_is_no_change_and_editing_it_is(
    home: Home, instance: dg.DagsterInstance
) -> None:
    drop = settled(home.drop("shop.yaml", home.sqlite("shop", SHOP)))
    cursor = tick(instance, yaml_drop_sensor).cursor
    os.utime(drop, (time.time() - 30, time.time() - 30))
    touched = tick(instance, yaml_drop_sensor, cursor)
    assert not touched.run_requests
    settled(home.drop("shop.yaml", home.sqlite("shop"), home.sqlite("crm", SHOP)))
    edited = tick(instance, yaml_drop_sensor, touched.cursor)
    assert [request.tags["metadata_assets/drops"] for request in edited.run_requests or []] == [
        "shop.yaml"
    ]


def test_a_drop_still_being_written_waits(home: Home, instance: dg.DagsterInstance) -> None:
    drop = home.drop("shop.yaml", home.sqlite("shop", SHOP))
    waiting = tick(instance, yaml_drop_sensor)
    assert waiting.skip_message == "still being written: shop.yaml"
    settled(drop)
    assert len(tick(instance, yaml_drop_sensor, waiting.cursor).run_requests or []) == 1


def test_a_changed_control_table_extracts_what_changed(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", SHOP), home.sqlite("crm", SHOP))
    ingest(instance)
    first = tick(instance, control_table_sensor)
    assert {r.partition_key for r in first.run_requests or []} == {"m.shop", "m.crm"}
    again = tick(instance, control_table_sensor, first.cursor)
    assert not again.run_requests
    shop = home.sqlite("shop")
    shop["source_config"]["exclude"] = ["tmp_*"]
    home.drop("shop.yaml", shop, home.sqlite("crm"))
    ingest(instance)
    second = tick(instance, control_table_sensor, first.cursor)
    assert [r.partition_key for r in second.run_requests or []] == ["m.shop"]
    with Ledger.open(home.settings.ledger_url) as ledger:
        seen = ledger.get_stream_position("control", "control_table_sensor")
    assert seen == json.loads(str(second.cursor))


def ticked(
    instance: dg.DagsterInstance, cursor: str | None
) -> tuple[dict[str | None, str | None], str | None]:
    """What a tick of the control table's sensor starts: jobs by partition; and its cursor."""
    found = tick(instance, control_table_sensor, cursor)
    return {r.partition_key: r.job_name for r in found.run_requests or []}, found.cursor


def test_a_changed_annotation_extracts_its_source_and_no_other(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", SHOP), home.sqlite("crm", SHOP))
    about = home.settings.drops_path / "about.yaml"
    text = "kind: annotations\nsource: m.crm\ntables:\n- {table: main.item, description: one}\n"
    about.write_text(text)
    ingest(instance)
    _, cursor = ticked(instance, None)
    about.write_text(text.replace("one", "two"))
    ingest(instance)
    requested, cursor = ticked(instance, cursor)
    assert requested == {"m.crm": "source_extract"}
    about.rename(about.with_name("renamed.yaml"))
    ingest(instance)
    assert ticked(instance, cursor)[0] == {}


def test_an_edit_by_another_engine_is_picked_up(home: Home, instance: dg.DagsterInstance) -> None:
    home.drop("shop.yaml", home.sqlite("shop", SHOP), home.sqlite("crm", SHOP))
    ingest(instance)
    _, cursor = ticked(instance, None)
    table = DeltaTable(f"{home.settings.lake_uri}/control/etl_control")
    table.update(
        predicate="source_id = 'crm'",
        updates={"source_config": """'{"path": "crm.sqlite", "exclude": ["x"]}'"""},
    )
    requested, cursor = ticked(instance, cursor)
    assert requested == {"m.crm": "source_extract"}
    table.update(predicate="source_id = 'shop'", updates={"is_active": "false"})
    found = tick(instance, control_table_sensor, cursor)
    assert not found.run_requests
    assert [request.partition_keys for request in found.dynamic_partitions_requests or []] == [
        [],
        ["m.shop"],
    ]


def test_a_drop_that_waited_is_ingested_once_another_engine_declares_its_source(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", SHOP))
    about = home.settings.drops_path / "about.yaml"
    about.write_text("kind: glossary\nsource: m.new\nterms: [{term: a, definition: b}]\n")
    ingest(instance)
    _, cursor = ticked(instance, None)
    rows = pa.table({"module_name": ["m"], "source_id": ["new"], "is_active": [False]})
    location = f"{home.settings.lake_uri}/control/etl_control"
    write_deltalake(location, rows, mode="append", schema_mode="merge")
    assert ticked(instance, cursor)[0] == {None: "control_ingest"}


def test_a_source_that_drifted_is_extracted_and_told_of_once(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", SHOP), home.sqlite("crm", SHOP))
    home.sync()
    quiet = tick(instance, source_drift_sensor)
    assert (quiet.run_requests, quiet.skip_message) == ([], "2 unchanged")
    home.sqlite("shop", "ALTER TABLE item ADD COLUMN price NUMERIC")
    drifted = tick(instance, source_drift_sensor, quiet.cursor)
    (request,) = drifted.run_requests or []
    assert request.partition_key == "m.shop"
    assert request.tags["metadata_assets/reason"] == "changed"
    assert not tick(instance, source_drift_sensor, drifted.cursor).run_requests


SENSORS = ["automation", "control_table_sensor", "source_drift_sensor", "yaml_drop_sensor"]


@pytest.mark.parametrize("sensor", SENSORS)
def test_sensors_run_without_being_switched_on(sensor: str) -> None:
    found = defs().resolve_sensor_def(sensor)
    assert found.default_status is dg.DefaultSensorStatus.RUNNING
