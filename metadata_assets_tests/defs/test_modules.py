from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

import dagster as dg
import pytest

from metadata_assets.control.sql import run_sql
from metadata_assets.control.table import ControlTable
from metadata_assets.defs.execution import RunOutcome, run_module_of
from metadata_assets.defs.module_children import materialize
from metadata_assets.defs.partitions import MODULES
from metadata_assets.defs.recovery import fail_dead_runs
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.sensors import control_table_sensor
from metadata_assets.defs.sync import ingest_drops
from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.clock import utc_now
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.home import Home
from metadata_assets_tests.modules.tasks import ALLOWED

LOG = ("CREATE TABLE log (task TEXT)",)


@pytest.fixture(autouse=True)
def allow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ALLOWED.items():
        monkeypatch.setenv(name, value)


def task(home: Home, name: str, order: int = 1, **transformation: Any) -> dict[str, Any]:
    """A task on the database `d` of the home."""
    return {
        **home.sqlite("d"),
        "source_id": name,
        "execution_order": order,
        "transformation_config": transformation,
    }


def log(home: Home, name: str, order: int = 1) -> dict[str, Any]:
    text = f"INSERT INTO log VALUES ('{name}')"
    return task(home, name, order, task_type="sql_query", sql_task={"sql_query": text})


def run(home: Home, instance: dg.DagsterInstance, module: str = "m") -> RunOutcome:
    ingest_drops(home.settings, instance)
    return run_module_of(instance, module, timeout_seconds=60)


def statuses(outcome: RunOutcome) -> dict[str, str]:
    return {one["task"]: one["status"] for one in outcome.results["module_runs"]["run"]["tasks"]}


def edit(home: Home, text: str) -> None:
    run_sql(home.lake, text, now=utc_now(), author="ann")


def test_a_module_is_a_partition_with_a_job_that_stays_through_edits_and_absence(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.sqlite("d", *LOG)
    drop = home.drop("m.yaml", log(home, "a"))
    home.drop("n.yaml", log(home, "b"), module="n")
    first = run(home, instance)
    jobs = ControlTable(home.lake).job_ids()
    assert first.results["module_runs"]["job_id"] == str(jobs["m"])
    edit(home, "UPDATE etl_control SET execution_order = 5 WHERE module_name = 'm'")
    drop.unlink()
    refused = run(home, instance)
    assert "every task of it is inactive" in str(refused.error)
    assert sorted(instance.get_dynamic_partitions(MODULES)) == ["m", "n"]
    home.drop("m.yaml", log(home, "a"), log(home, "c", 2))
    assert run(home, instance).error is None
    assert ControlTable(home.lake).job_ids() == jobs
    history = instance.fetch_materializations(dg.AssetKey("module_runs"), limit=10).records
    assert [record.partition_key for record in history] == ["m", "m"]


def test_a_module_that_sql_makes_is_registered_by_the_sensor(
    home: Home, instance: dg.DagsterInstance
) -> None:
    text = "INSERT INTO etl_control (module_name, source_id, transformation_config) VALUES "
    edit(home, text + """('made', 'a', '{"task_type": "notebook", "notebook_path": "/a"}')""")
    context = dg.build_sensor_context(instance=instance, resources={"home": HomeResource()})
    found = control_table_sensor.evaluate_tick(context)
    added = {
        request.partitions_def_name: request.partition_keys
        for request in (found.dynamic_partitions_requests or [])
    }
    assert added[MODULES] == ["made"]


def test_what_became_of_each_task_shows_in_the_run_that_failed(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.sqlite("d", *LOG)
    bad = task(home, "bad", 2, task_type="sql_query", sql_task={"sql_query": "SELECT nosuch"})
    home.drop("m.yaml", log(home, "a"), bad, log(home, "c", 3))
    outcome = run(home, instance)
    assert outcome.error == (
        "module m: m.bad: its SQL failed: no such column: nosuch; 1 later tasks were skipped"
    )
    assert statuses(outcome) == {"a": "succeeded", "bad": "failed", "c": "skipped"}
    summary = outcome.results["module_runs"]["summary"]
    assert "| 2 | bad | sql_query | failed | 1 |" in summary
    assert "skipped, because `bad` failed" in summary
    with Ledger.open(home.settings.ledger_url) as ledger:
        (of_module,) = ledger.runs("m", stage="module_runs")
        assert (of_module.status, of_module.records_processed, of_module.records_failed) == (
            ("failed", 1, 1)
        )
        assert {one.schema_name for one in ledger.runs(dagster_run_id=outcome.run_id)} == {
            *("m", "m.a", "m.bad")
        }


def test_an_inactive_source_does_not_disable_its_module(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.sqlite("d", *LOG)
    home.drop("m.yaml", log(home, "a"), {**log(home, "b"), "is_active": False})
    outcome = run(home, instance)
    assert statuses(outcome) == {"a": "succeeded"}
    assert outcome.results["module_runs"]["run"]["inactive"] == ["b"]


def test_a_catalog_is_synced_and_assets_are_materialized_as_runs_of_their_own(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.sqlite("d", *LOG)
    assets = task(
        home, "schema", 2, task_type="asset", selection="sqlglot_schema", partition="m.shop"
    )
    home.drop("m.yaml", task(home, "shop"), assets)
    outcome = run(home, instance)
    assert statuses(outcome) == {"shop": "succeeded", "schema": "succeeded"}
    runs = [one for one in instance.get_runs() if one.tags.get("dagster/partition")]
    assert sorted(one.job_name for one in runs) == ["__ASSET_JOB", "module_run", "source_sync"]
    edit(home, "UPDATE etl_control SET is_active = false WHERE source_id = 'schema'")
    again = run(home, instance)
    (shop,) = again.results["module_runs"]["run"]["tasks"]
    assert (shop["status"], shop["note"]) == ("succeeded", "unchanged")


@pytest.mark.parametrize(
    ("selection", "partition", "said"),
    [
        ("module_runs", "m", "selection `module_runs` is of itself"),
        ("nosuch", None, "selection `nosuch`: AssetKey(s) ['nosuch'] were selected"),
        ("catalog_extract", None, "of which catalog_extract have a partition a source"),
        ("control_table", "m.a", "of which none have a partition a source"),
    ],
)
def test_assets_that_a_module_cannot_materialize_are_refused(
    home: Home, instance: dg.DagsterInstance, selection: str, partition: str | None, said: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        materialize(instance, selection, partition, where="m.a")
    assert said in str(refused.value)
    assert not home.lake_versions()


def test_one_run_at_a_time_and_a_killed_one_stands_in_nobodys_way(
    home: Home, instance: dg.DagsterInstance
) -> None:
    mark = home.path / "started"
    hung = task(
        home,
        "hung",
        2,
        task_type="python",
        function="metadata_assets_tests.modules.called:hang",
        parameters={"started": str(mark)},
    )
    home.sqlite("d", *LOG)
    drop = home.drop("m.yaml", log(home, "a"), hung)
    ingest_drops(home.settings, instance)
    first = subprocess.Popen(
        [sys.executable, "-m", "metadata_assets", "modules", "run", "m"],
        env=home.command_environment(**ALLOWED),
        cwd=home.path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(mark.exists)
        refused = run(home, instance)
        assert "it is being run since" in str(refused.error)
        assert "one run at a time is allowed" in str(refused.error)
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.wait(timeout=60)
    wait_for(lambda: not alive(int(mark.read_text())))
    drop.unlink()
    home.drop("m.yaml", log(home, "a"), log(home, "b", 2))
    done = run(home, instance)
    assert done.error is None
    assert statuses(done) == {"a": "succeeded", "b": "succeeded"}
    with Ledger.open(home.settings.ledger_url) as ledger:
        fail_dead_runs(instance, ledger)
        assert ledger.runs(status="running") == []
        assert [one.status for one in ledger.runs("m.hung")] == ["failed"]


def wait_for(condition: Any, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
