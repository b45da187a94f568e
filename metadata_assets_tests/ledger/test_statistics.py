from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import update

from metadata_assets.errors import SourceUnavailable
from metadata_assets.ledger.model import error_log, sync_runs
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import FinalStatus, SyncRunStatistics


def ended(ledger: Ledger, status: FinalStatus, *, duration_ms: int, records: int = 0) -> None:
    run = ledger.start_sync_run("shop", "batch")
    ledger.complete_sync_run(run.id, status, SyncRunStatistics(records, bytes_processed=2**33))
    with ledger._database.writing() as connection:
        statement = update(sync_runs).where(sync_runs.c.id == run.id)
        connection.execute(statement.values(duration_ms=duration_ms))


@pytest.mark.parametrize("source", [None, "shop"])
def test_an_idle_ledger_counts_zeros(ledger: Ledger, source: str | None) -> None:
    statistics = ledger.get_sync_statistics(source, hours=1)
    assert statistics.pop("generated_at").endswith("+00:00")
    assert statistics == {
        "time_range_hours": 1,
        "schema_name": source,
        "sync_runs": {
            "total_runs": 0,
            "completed_runs": 0,
            "failed_runs": 0,
            "running_runs": 0,
            "cancelled_runs": 0,
            "avg_duration_ms": 0.0,
            "p50_duration_ms": 0,
            "p95_duration_ms": 0,
            "total_records_processed": 0,
            "total_bytes_processed": 0,
            "success_rate": 1.0,
            "records_per_second": 0.0,
        },
        "errors": {
            "total_errors": 0,
            "open_errors": 0,
            "retried_errors": 0,
            "occurrences": 0,
            "previous_errors": 0,
        },
        "dead_letter_queue": {
            "total_dlq_records": 0,
            "pending_dlq_records": 0,
            "avg_error_count": 0.0,
        },
    }


def test_runs_add_up(ledger: Ledger) -> None:
    for duration in range(100, 2100, 100):
        ended(ledger, "completed", duration_ms=duration, records=100)
    ended(ledger, "failed", duration_ms=5000)
    ended(ledger, "cancelled", duration_ms=4000)
    ledger.start_sync_run("shop", "batch")
    ledger.start_sync_run("crm", "batch")
    runs: dict[str, Any] = ledger.get_sync_statistics("shop")["sync_runs"]
    assert (runs["total_runs"], runs["completed_runs"], runs["failed_runs"]) == (23, 20, 1)
    assert (runs["running_runs"], runs["cancelled_runs"]) == (1, 1)
    assert runs["success_rate"] == pytest.approx(20 / 21)
    assert runs["total_records_processed"] == 2000
    assert runs["total_bytes_processed"] == 22 * 2**33
    assert runs["avg_duration_ms"] == pytest.approx(30_000 / 22)
    assert (runs["p50_duration_ms"], runs["p95_duration_ms"]) == (1100, 4000)
    assert runs["records_per_second"] == pytest.approx(2000 / 30)


def test_errors_and_letters_add_up(ledger: Ledger) -> None:
    for _ in range(3):
        error = ledger.log_exception("shop", SourceUnavailable("down"))
    ledger.resolve_error(ledger.log_exception("shop", SourceUnavailable("slow")).id)
    earlier = ledger.log_exception("shop", SourceUnavailable("yesterday"))
    long_ago = ledger.log_exception("shop", SourceUnavailable("long ago"))
    now = datetime.now(timezone.utc)
    with ledger._database.writing() as connection:
        for one, values in (
            (error, {"retry_count": 1}),
            (earlier, {"last_occurred_at": now - timedelta(hours=30)}),
            (long_ago, {"last_occurred_at": now - timedelta(hours=60)}),
        ):
            connection.execute(update(error_log).where(error_log.c.id == one.id).values(values))
    for _ in range(2):
        letter = ledger.add_to_dead_letter_queue("shop", "insert", {"id": 1}, source_record_id="1")
    ledger.add_to_dead_letter_queue("crm", "insert", {"id": 1})
    statistics = ledger.get_sync_statistics("shop", hours=24)
    assert statistics["errors"] == {
        "total_errors": 2,
        "open_errors": 1,
        "retried_errors": 1,
        "occurrences": 4,
        "previous_errors": 1,
    }
    assert statistics["dead_letter_queue"] == {
        "total_dlq_records": 1,
        "pending_dlq_records": 1,
        "avg_error_count": 2.0,
    }
    ledger.resolve_dead_letter(letter.id, "discarded")
    assert ledger.get_sync_statistics()["dead_letter_queue"]["pending_dlq_records"] == 1


def test_runs_of_before_do_not_count(ledger: Ledger) -> None:
    ended(ledger, "failed", duration_ms=1)
    with ledger._database.writing() as connection:
        earlier = datetime.now(timezone.utc) - timedelta(hours=25)
        connection.execute(sync_runs.update().values(started_at=earlier))
    assert ledger.get_sync_statistics()["sync_runs"]["total_runs"] == 0
    assert ledger.get_sync_statistics(hours=26)["sync_runs"]["failed_runs"] == 1
