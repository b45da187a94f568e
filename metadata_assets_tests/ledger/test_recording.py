from __future__ import annotations

import logging
import threading
import time

import pytest

from metadata_assets.errors import PermanentError, SourceUnavailable
from metadata_assets.ledger.recording import recorded_run
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRunStatistics


def test_a_body_that_ends_well_completes_the_run(ledger: Ledger) -> None:
    with recorded_run(ledger, "demo.shop", stage="change_diff", dagster_run_id="d-1") as recorded:
        assert ledger.sync_run(recorded.run.id).status == "running"
        recorded.statistics = SyncRunStatistics(records_processed=3, records_inserted=2)
    (run,) = ledger.runs()
    assert (run.status, run.stage, run.dagster_run_id) == ("completed", "change_diff", "d-1")
    assert (run.records_processed, run.records_inserted) == (3, 2)


def test_a_body_that_raises_fails_the_run_and_logs_the_error(ledger: Ledger) -> None:
    def fail() -> None:
        with recorded_run(ledger, "demo.shop", stage="catalog_extract") as recorded:
            recorded.statistics = SyncRunStatistics(records_failed=1)
            raise SourceUnavailable("down", where="demo.shop")

    with pytest.raises(SourceUnavailable, match="down"):
        fail()
    (run,) = ledger.runs()
    assert (run.status, run.error_message, run.records_failed) == ("failed", "demo.shop: down", 1)
    (error,) = ledger.errors()
    assert (error.sync_run_id, error.error_type, error.status) == (run.id, "connection", "open")
    assert "raise SourceUnavailable" in str(error.stack_trace)


def test_an_interrupted_body_cancels_the_run(ledger: Ledger) -> None:
    with pytest.raises(KeyboardInterrupt), recorded_run(ledger, "demo.shop", stage="change_diff"):
        raise KeyboardInterrupt
    (run,) = ledger.runs()
    assert (run.status, run.error_message) == ("cancelled", "KeyboardInterrupt")
    assert ledger.errors() == []


def test_a_success_resolves_the_errors_of_its_own_stage(ledger: Ledger) -> None:
    for stage in ("catalog_extract", "change_diff"):
        with pytest.raises(ValueError, match=stage), recorded_run(ledger, "demo.shop", stage=stage):
            raise ValueError(stage)
    with recorded_run(ledger, "demo.shop", stage="catalog_extract"):
        pass
    assert [e.error_message for e in ledger.errors(status="open")] == ["change_diff"]


def test_the_run_shows_that_it_is_alive_and_leaves_no_thread(ledger: Ledger) -> None:
    with recorded_run(ledger, "demo.shop", stage="x", heartbeat_seconds=0.02) as recorded:
        deadline = time.monotonic() + 10
        while ledger.sync_run(recorded.run.id).heartbeat_at == recorded.run.heartbeat_at:
            assert time.monotonic() < deadline, "no heartbeat came"
            time.sleep(0.01)
    assert not [t for t in threading.enumerate() if t.name.startswith("heartbeat")]


def test_the_bodys_error_is_raised_also_when_the_ledger_cannot_record_it(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    def fail_after_the_run_was_ended() -> None:
        with recorded_run(ledger, "demo.shop", stage="x") as recorded:
            ledger.complete_sync_run(recorded.run.id, "failed", SyncRunStatistics())
            raise ValueError("the body's")

    with caplog.at_level(logging.WARNING), pytest.raises(ValueError, match="the body's"):
        fail_after_the_run_was_ended()
    assert "which the ledger could not record" in caplog.text


def test_a_run_that_someone_else_ended_is_not_completed_silently(ledger: Ledger) -> None:
    def end_well_after_the_run_was_ended() -> None:
        with recorded_run(ledger, "demo.shop", stage="x", heartbeat_seconds=0.01) as recorded:
            ledger.complete_sync_run(recorded.run.id, "failed", SyncRunStatistics())
            time.sleep(0.05)

    with pytest.raises(PermanentError, match="has ended already"):
        end_well_after_the_run_was_ended()
