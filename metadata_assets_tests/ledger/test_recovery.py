from __future__ import annotations

import socket
import time
from datetime import datetime, timedelta, timezone
from multiprocessing.process import BaseProcess
from uuid import UUID

import pytest
from sqlalchemy import update

from metadata_assets.ledger.model import sync_runs
from metadata_assets.ledger.recording import recorded_run
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRun, SyncRunStatistics
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.ledger.processes import ended_process, start_process


def age(ledger: Ledger, run: SyncRun, *, started: float, beat: float) -> None:
    """Let a run have started, and have beaten last, so many hours ago."""
    now = datetime.now(timezone.utc)
    with ledger._database.writing() as connection:
        statement = update(sync_runs).where(sync_runs.c.id == run.id)
        connection.execute(
            statement.values(
                started_at=now - timedelta(hours=started), heartbeat_at=now - timedelta(hours=beat)
            )
        )


def test_a_run_without_a_sign_of_life_is_failed(ledger: Ledger) -> None:
    silent, healthy = (ledger.start_sync_run("shop", "batch") for _ in range(2))
    ended = ledger.start_sync_run("shop", "batch")
    ledger.complete_sync_run(ended.id, "completed", SyncRunStatistics())
    age(ledger, silent, started=26, beat=25)
    age(ledger, healthy, started=30, beat=0)
    age(ledger, ended, started=50, beat=49)
    (recovered,) = ledger.recover_failed_runs(max_age_hours=24)
    assert (recovered.id, recovered.status) == (silent.id, "failed")
    assert "no sign of life" in str(recovered.error_message)
    assert recovered.duration_ms == pytest.approx(26 * 3_600_000, rel=0.01)
    assert ledger.sync_run(healthy.id).status == "running"
    assert ledger.recover_failed_runs(max_age_hours=24) == []


def test_a_long_healthy_run_is_not_killed_and_can_complete(ledger: Ledger) -> None:
    with recorded_run(ledger, "shop", stage="s", heartbeat_seconds=0.05) as recorded:
        age(ledger, recorded.run, started=30, beat=25)
        time.sleep(0.3)
        assert ledger.recover_failed_runs(max_age_hours=24) == []
    assert ledger.sync_run(recorded.run.id).status == "completed"


def test_a_sign_of_life_while_runs_are_recovered_saves_the_run(ledger: Ledger) -> None:
    run = ledger.start_sync_run("shop", "batch")
    asking = ledger.start_sync_run("shop", "batch", dagster_run_id="asks")
    age(ledger, run, started=30, beat=25)

    def is_over(_: str) -> bool:
        ledger.heartbeat(run.id)  # after it was found silent, before it is failed
        return False

    assert ledger.recover_failed_runs(max_age_hours=24, is_over=is_over) == []
    assert {ledger.sync_run(one.id).status for one in (run, asking)} == {"running"}


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_a_host_whose_clock_lags_has_its_runs_judged_by_the_servers(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    days_ago = datetime.now(timezone.utc) - timedelta(days=3)
    monkeypatch.setattr("metadata_assets.ledger.database.utc_now", lambda: days_ago)
    run = ledger.start_sync_run("shop", "batch")
    ledger.heartbeat(run.id)
    assert ledger.recover_failed_runs(max_age_hours=24) == []
    ended = ledger.complete_sync_run(run.id, "completed", SyncRunStatistics())
    assert ended.started_at > days_ago + timedelta(days=2)


def test_a_run_whose_dagster_run_has_ended_is_failed_at_once(ledger: Ledger) -> None:
    over, alive, own = (
        ledger.start_sync_run("shop", "batch", dagster_run_id=name) for name in ("o", "a", None)
    )
    asked: list[str] = []

    def is_over(run_id: str) -> bool:
        asked.append(run_id)
        return run_id == "o"

    (recovered,) = ledger.recover_failed_runs(is_over=is_over)
    assert recovered.id == over.id
    assert "its Dagster run has ended" in str(recovered.error_message)
    assert sorted(asked) == ["a", "o"]
    assert {ledger.sync_run(run.id).status for run in (alive, own)} == {"running"}


def _run_of_another_process(place: Place, ledger: Ledger) -> tuple[BaseProcess, UUID]:
    def work() -> None:
        with place.open() as mine:
            mine.start_sync_run("demo.crm", "batch", stage="catalog_extract")
            time.sleep(60)

    process = start_process(work)
    deadline = time.monotonic() + 30
    while not (started := ledger.runs("demo.crm")):
        assert time.monotonic() < deadline, "the other process started no run"
        time.sleep(0.01)
    return process, started[0].id


def test_the_run_of_a_killed_process_is_abandoned(place: Place) -> None:
    with place.open() as ledger:
        mine = ledger.start_sync_run("demo.shop", "batch")
        process, dead = _run_of_another_process(place, ledger)
        assert ledger.abandon_dead_runs() == []
        process.kill()
        process.join(timeout=10)
        (abandoned,) = ledger.abandon_dead_runs()
        assert (abandoned.id, abandoned.status) == (dead, "failed")
        assert f":{process.pid}:" in str(abandoned.error_message)
        assert "never finished this run: its process ended" in str(abandoned.error_message)
        assert ledger.sync_run(dead) == abandoned
        assert ledger.sync_run(mine.id).status == "running"
        assert ledger.abandon_dead_runs() == []


def test_a_killed_process_that_nobody_has_reaped_is_dead_too(place: Place) -> None:
    with place.open() as ledger:
        process, dead = _run_of_another_process(place, ledger)
        process.kill()
        deadline = time.monotonic() + 10
        while not (abandoned := ledger.abandon_dead_runs()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.join(timeout=10)
        assert [run.id for run in abandoned] == [dead]


def test_a_process_that_only_has_the_same_number_does_not_keep_a_run_alive(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch", instance_id=str(ended_process()))
    assert [abandoned.id for abandoned in ledger.abandon_dead_runs()] == [run.id]


@pytest.mark.parametrize(
    "instance_id", ["elsewhere:999999999:1@1", "{host}:999999999:1@1", "{host}:999999999:", "pod-7"]
)
def test_what_cannot_be_told_from_here_counts_as_alive(ledger: Ledger, instance_id: str) -> None:
    ledger.start_sync_run("demo.shop", "batch")
    with ledger._database.writing() as connection:
        name = instance_id.format(host=socket.gethostname())
        connection.execute(sync_runs.update().values(instance_id=name))
    assert ledger.abandon_dead_runs() == []
