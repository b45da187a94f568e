from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import dagster as dg
import pytest

from metadata_assets.definitions import defs
from metadata_assets.defs.execution import run_control_ingest
from metadata_assets.defs.monitoring import run_failure_to_ledger, stuck_run_sensor
from metadata_assets.defs.stage import SYNC_RUN_TAG
from metadata_assets.ledger.model import sync_runs
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets_tests.home import Home
from metadata_assets_tests.webhooks import listening

SHOP = "CREATE TABLE item (id INTEGER PRIMARY KEY)"


def ledger_of(home: Home) -> Ledger:
    return Ledger.open(home.settings.ledger_url)


@dg.op
def breaks() -> None:
    raise ValueError("no such thing, password=S3cret")


@dg.job
def broken() -> None:
    breaks()


def failure(instance: dg.DagsterInstance) -> dg.RunFailureSensorContext:
    result = broken.execute_in_process(instance=instance, raise_on_error=False)
    return dg.build_run_status_sensor_context(
        sensor_name="run_failure_to_ledger",
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event(),
        resources={"home": defs().resources["home"]},
    ).for_run_failure()


def test_a_failed_run_that_no_stage_recorded_is_put_on_record_and_told(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as webhook:
        monkeypatch.setenv("METADATA_ASSETS_ALERT_WEBHOOK", webhook.url)
        run_failure_to_ledger(failure(instance))
        webhook.status = 500
        run_failure_to_ledger(failure(instance))
    assert webhook.taken[0]["source"] == "broken"
    assert "S3cret" not in json.dumps(webhook.taken)
    with ledger_of(home) as ledger:
        (error,) = ledger.errors("broken")
    assert error.error_code == "run_failed"


def test_a_failed_stage_is_told_by_its_own_error_and_recorded_once(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = failure(instance)
    with ledger_of(home) as ledger:
        run = ledger.start_sync_run("m.shop", "batch", dagster_run_id=context.dagster_run.run_id)
        ledger.complete_sync_run(run.id, "failed", SyncRunStatistics(), "the file is gone")
    with listening() as webhook:
        monkeypatch.setenv("METADATA_ASSETS_ALERT_WEBHOOK", webhook.url)
        monkeypatch.setenv("METADATA_ASSETS_ALERT_FORMAT", "slack")
        run_failure_to_ledger(context)
    assert "the file is gone" in webhook.taken[0]["text"]
    with ledger_of(home) as ledger:
        assert ledger.errors() == []


def test_runs_that_died_are_settled_by_their_dagster_run_or_their_silence(
    home: Home, instance: dg.DagsterInstance
) -> None:
    over = failure(instance).dagster_run.run_id
    with ledger_of(home) as ledger:
        ended = ledger.start_sync_run("m.shop", "batch", dagster_run_id=over)
        silent = ledger.start_sync_run("m.shop", "batch", dagster_run_id="of another instance")
        alive = ledger.start_sync_run("m.shop", "batch", dagster_run_id="of another instance")
        with ledger._database.writing() as connection:
            long_ago = datetime.now(timezone.utc) - timedelta(hours=25)
            connection.execute(
                sync_runs.update().where(sync_runs.c.id == silent.id).values(heartbeat_at=long_ago)
            )
        context = dg.build_sensor_context(instance, resources={"home": defs().resources["home"]})
        skipped = stuck_run_sensor(context)
        assert isinstance(skipped, dg.SkipReason)
        assert skipped.skip_message == "2 dead runs were marked as failed"
        assert {ledger.sync_run(run.id).status for run in (ended, silent)} == {"failed"}
        assert ledger.sync_run(alive.id).status == "running"


def test_a_dagster_run_and_its_sync_runs_name_each_other(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", SHOP))
    outcome = run_control_ingest(instance)
    with ledger_of(home) as ledger:
        (run,) = ledger.runs(dagster_run_id=outcome.run_id)
    dagster_run = instance.get_run_by_id(str(outcome.run_id))
    assert dagster_run is not None
    assert dagster_run.tags[f"{SYNC_RUN_TAG}/control_table"] == str(run.id)
    assert outcome.results["control_table"]["sync_run"] == str(run.id)
    events = [
        json.loads(line) for line in home.settings.log_path.read_text(encoding="utf-8").splitlines()
    ]
    (ended,) = (
        event
        for event in events
        if event["run_id"] == str(run.id) and event["status"] == "completed"
    )
    assert (ended["source"], ended["stage"]) == ("control", "control_table")


def test_the_control_table_carries_the_checks_of_the_ledger(
    home: Home, instance: dg.DagsterInstance
) -> None:
    with ledger_of(home) as ledger:
        silent = ledger.start_sync_run("m.shop", "batch", stage="catalog_extract")
        for n in range(101):
            ledger.add_to_dead_letter_queue("m.shop", "insert", {"n": n})
        with ledger._database.writing() as connection:
            long_ago = datetime.now(timezone.utc) - timedelta(hours=2)
            connection.execute(sync_runs.update().values(heartbeat_at=long_ago))
        for _ in range(2):
            run = ledger.start_sync_run("m.shop", "batch")
            ledger.complete_sync_run(run.id, "failed", SyncRunStatistics(), "down")
    result = defs().resolve_job_def("control_ingest").execute_in_process(instance=instance)
    checks = {one.check_name: one for one in result.get_asset_check_evaluations()}
    assert {name: one.passed for name, one in checks.items()} == {
        "error_rate": False,
        "dead_letter_backlog": False,
        "stuck_runs": False,
    }
    assert "catalog_extract of m.shop" in str(checks["stuck_runs"].description)
    with ledger_of(home) as ledger:
        ledger.recover_failed_runs(max_age_hours=1)
        assert ledger.sync_run(silent.id).status == "failed"


def test_nightly_maintenance_tidies_the_ledger_and_the_lake(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", SHOP))
    assert run_control_ingest(instance).error is None
    result = defs().resolve_job_def("maintenance").execute_in_process(instance=instance)
    assert result.success
    assert home.lake.tables() != ()
