from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import update

from metadata_assets.errors import (
    PermanentError,
    SourceUnavailable,
)
from metadata_assets.ledger.model import error_log
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import ErrorRecord


def test_resolving_ends_the_open_errors_of_one_source(ledger: Ledger) -> None:
    ledger.log_exception("demo.shop", ValueError("1"))
    ledger.log_exception("demo.shop", ValueError("2"))
    ledger.log_exception("demo.crm", ValueError("3"))
    assert ledger.resolve_errors("demo.shop", resolved_by="anna", notes="mended") == 2
    assert ledger.resolve_errors("demo.shop") == 0
    resolved = ledger.errors("demo.shop", status="resolved")
    assert {(e.resolved_by, e.resolution_notes) for e in resolved} == {("anna", "mended")}
    assert all(e.resolved_at and e.resolved_at >= e.occurred_at for e in resolved)
    assert len(ledger.errors("demo.crm", status="open")) == 1


def test_resolving_one_stage_leaves_the_errors_of_others(ledger: Ledger) -> None:
    for stage in ("catalog_extract", "training_records"):
        run = ledger.start_sync_run("demo.shop", "batch", stage=stage)
        ledger.log_exception("demo.shop", ValueError(stage), sync_run_id=run.id)
    assert ledger.resolve_errors("demo.shop", stage="catalog_extract") == 1
    assert [e.error_message for e in ledger.errors(status="open")] == ["training_records"]


def test_an_error_is_retried_later_and_later_until_its_retries_are_used_up(ledger: Ledger) -> None:
    logged = ledger.log_exception("demo.shop", SourceUnavailable("down"), max_retries=8)
    ledger.log_exception("demo.shop", PermanentError("wrong"))
    assert ledger.claim_due_retries() == []
    waits = [_wait(logged, logged.occurred_at)]
    for retry in range(8):
        _make_due(ledger, logged)
        before = datetime.now(timezone.utc)
        (claimed,) = ledger.claim_due_retries("demo.shop")
        assert claimed.retry_count == retry
        assert ledger.claim_due_retries() == [], "nobody else gets it"
        (stored,) = (error for error in ledger.errors() if error.id == logged.id)
        assert stored.retry_count == retry + 1
        if stored.retry_after is not None:
            waits.append(_wait(stored, before))
    assert stored.retry_after is None
    assert [round(wait) for wait in waits] == sorted(round(wait) for wait in waits)
    assert 60 <= waits[0] <= 75
    assert waits[-1] == pytest.approx(3600, abs=5)


def test_a_clock_set_back_delays_no_retry_for_ever(ledger: Ledger) -> None:
    logged = ledger.log_exception("demo.shop", SourceUnavailable("down"))
    _make_due(ledger, logged, datetime.now(timezone.utc) + timedelta(days=400))
    assert len(ledger.claim_due_retries()) == 1


def test_an_error_is_closed_once_with_who_and_why(ledger: Ledger) -> None:
    resolved = ledger.log_exception("demo.shop", SourceUnavailable("down"))
    ignored = ledger.log_exception("demo.shop", SourceUnavailable("slow"))
    closed = ledger.resolve_error(resolved.id, resolved_by="anna", notes="restarted it")
    assert (closed.status, closed.resolved_by, closed.resolution_notes) == (
        "resolved",
        "anna",
        "restarted it",
    )
    assert closed.retry_after is None
    assert ledger.ignore_error(ignored.id).status == "ignored"
    with pytest.raises(PermanentError, match="no such error is open"):
        ledger.ignore_error(resolved.id)
    assert ledger.claim_due_retries() == []


def _wait(error: ErrorRecord, since: datetime) -> float:
    assert error.retry_after is not None
    return (error.retry_after - since).total_seconds()


def _make_due(ledger: Ledger, error: ErrorRecord, moment: datetime | None = None) -> None:
    with ledger._database.writing() as connection:
        statement = update(error_log).where(error_log.c.id == error.id)
        connection.execute(statement.values(retry_after=moment or error.occurred_at))
