from __future__ import annotations

import os
import socket
import time
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

import pytest

from metadata_assets.errors import ConfigurationError, PermanentError
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRunStatistics


def test_a_started_run_is_running_in_this_process(ledger: Ledger) -> None:
    before = datetime.now(timezone.utc)
    run = ledger.start_sync_run(
        "demo.shop",
        "batch",
        stage="catalog_extract",
        dagster_run_id="d-1",
        config_hash="abc",
        source_info={"type": "postgres", "url": "postgresql://me:${PASSWORD}@db"},
        destination_info={"lake": "data/lake"},
    )
    assert (run.status, run.stage, run.dagster_run_id) == ("running", "catalog_extract", "d-1")
    assert run.node_id == socket.gethostname()
    assert run.instance_id.startswith(f"{socket.gethostname()}:{os.getpid()}:")
    assert before <= run.started_at == run.heartbeat_at <= datetime.now(timezone.utc)
    assert run.started_at.tzinfo is timezone.utc
    assert (run.completed_at, run.duration_ms, run.records_processed) == (None, None, 0)
    assert run.source_info == {"type": "postgres", "url": "postgresql://me:${PASSWORD}@db"}
    assert run.destination_info == {"lake": "data/lake"}
    assert ledger.runs() == [run]


def test_a_run_may_say_itself_what_does_it_and_where(ledger: Ledger) -> None:
    run = ledger.start_sync_run("shop", "stream", instance_id="pod-123", node_id="worker-01")
    assert (run.instance_id, run.node_id) == ("pod-123", "worker-01")


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ({"url": "postgresql://me:S3cret@db"}, "url"),
        ({"password": "S3cret"}, "password"),
        ({"hosts": [{"auth": {"api_key": "S3cret"}}]}, "hosts.auth.api_key"),
    ],
)
@pytest.mark.parametrize("side", ["source_info", "destination_info"])
def test_a_secret_in_what_a_run_says_of_itself_is_refused(
    ledger: Ledger, where: dict[str, Any], named: str, side: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"a secret would be stored: {named}") as caught:
        ledger.start_sync_run("shop", "batch", **{side: where})
    assert "S3cret" not in str(caught.value)
    assert ledger.runs() == []


def test_a_completed_run_keeps_its_statistics_and_duration(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")
    counted = SyncRunStatistics(7, 1, 2, 3, 1, 2**40)
    time.sleep(0.02)
    done = ledger.complete_sync_run(run.id, "completed", counted)
    assert done.status == "completed"
    assert done.completed_at is not None
    assert done.duration_ms is not None
    assert 20 <= done.duration_ms < 10_000
    assert (done.records_processed, done.records_inserted, done.records_updated) == (7, 1, 2)
    assert (done.records_deleted, done.records_failed, done.bytes_processed) == (3, 1, 2**40)
    assert ledger.sync_run(run.id) == done


def test_a_failed_run_says_why_without_secrets(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")
    done = ledger.complete_sync_run(
        run.id,
        "failed",
        SyncRunStatistics(),
        "no route to postgresql://me:S3cret@db",
        {"password": "S3cret", "at": datetime(2026, 1, 2, tzinfo=timezone.utc)},
    )
    assert done.error_message == "no route to postgresql://me:***@db"
    assert done.error_details == {"password": "***", "at": "2026-01-02T00:00:00+00:00"}


def test_completing_an_unknown_run_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(PermanentError, match="no such run"):
        ledger.complete_sync_run(uuid4(), "completed", SyncRunStatistics())


def test_completing_a_finished_run_is_an_error_and_changes_nothing(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")
    done = ledger.complete_sync_run(run.id, "cancelled", SyncRunStatistics())
    with pytest.raises(PermanentError, match="has ended already"):
        ledger.complete_sync_run(run.id, "completed", SyncRunStatistics(records_processed=9))
    assert ledger.sync_run(run.id) == done


def test_a_heartbeat_shows_that_a_run_is_alive(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")
    time.sleep(0.01)
    ledger.heartbeat(run.id)
    assert ledger.sync_run(run.id).heartbeat_at > run.heartbeat_at


def test_a_finished_or_unknown_run_has_no_heartbeat(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")
    ledger.complete_sync_run(run.id, "completed", SyncRunStatistics())
    for ended in (run.id, uuid4()):
        with pytest.raises(PermanentError, match="no such run is running"):
            ledger.heartbeat(ended)


def test_runs_are_listed_newest_first_and_filtered(ledger: Ledger) -> None:
    shop = [ledger.start_sync_run("demo.shop", "batch", stage=f"s{i}") for i in range(3)]
    crm = ledger.start_sync_run("demo.crm", "initial", stage="s0", dagster_run_id="d-2")
    ledger.complete_sync_run(shop[0].id, "completed", SyncRunStatistics())
    assert [run.id for run in ledger.runs()] == [crm.id, shop[2].id, shop[1].id, shop[0].id]
    assert [run.id for run in ledger.runs("demo.shop", limit=1)] == [shop[2].id]
    assert [run.id for run in ledger.runs(status="completed")] == [shop[0].id]
    assert [run.id for run in ledger.runs("demo.shop", stage="s1")] == [shop[1].id]
    assert [run.id for run in ledger.runs(dagster_run_id="d-2")] == [crm.id]
    assert ledger.runs("") == []
