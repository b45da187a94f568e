from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import DateTime, select

from metadata_assets.errors import SourceUnavailable
from metadata_assets.ledger.column_types import UtcTime
from metadata_assets.ledger.model import metadata
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRunStatistics

WEEK = timedelta(days=7)


def set_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Move this host's clock; a server's is another."""
    monkeypatch.setattr(
        "metadata_assets.ledger.database.utc_now", lambda: datetime.now(timezone.utc) + by
    )


def do_a_bit_of_everything(ledger: Ledger) -> None:
    run = ledger.start_sync_run("shop", "batch")
    ledger.heartbeat(run.id)
    ledger.update_stream_position("shop", {"lsn": "0/1"}, sync_run_id=run.id)
    ledger.register_schema("shop", "orders", {"columns": [{"name": "id"}]})
    ledger.resolve_error(ledger.log_exception("shop", SourceUnavailable("down")).id)
    ledger.log_exception("shop", SourceUnavailable("still down"), sync_run_id=run.id)
    letter = ledger.add_to_dead_letter_queue("shop", "insert", {"id": 1})
    ledger.resolve_dead_letter(letter.id, "manual_fix")
    held = ledger.add_to_dead_letter_queue("shop", "insert", {"id": 2})
    claimed = ledger.claim_dead_letter(held.id)
    assert claimed is not None
    ledger.return_dead_letter(held.id, "again", claim_id=claimed.claim_id)
    ledger.complete_sync_run(run.id, "completed", SyncRunStatistics(5))


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
@pytest.mark.parametrize("by", [-WEEK, WEEK])
def test_a_server_stamps_everything_by_its_own_clock(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    set_clock(monkeypatch, by)
    do_a_bit_of_everything(ledger)
    real = datetime.now(timezone.utc)
    with ledger._database.reading() as connection:
        stamped = [
            moment
            for table in metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, (UtcTime, DateTime))
            for moment in connection.scalars(select(column).where(column.is_not(None)))
        ]
    assert len(stamped) > 15
    assert all(abs(moment - real) < timedelta(hours=1) for moment in stamped)
    assert ledger.cleanup_old_metadata(retention_days=6)["sync_runs"] == 0


def test_a_clock_set_back_hides_nothing_and_ends_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = ledger.start_sync_run("shop", "batch")
    do_a_bit_of_everything(ledger)
    set_clock(monkeypatch, -WEEK)
    assert ledger.recover_failed_runs(max_age_hours=24) == []
    statistics = ledger.get_sync_statistics("shop")
    assert statistics["sync_runs"]["total_runs"] == 2
    assert statistics["errors"]["total_errors"] == 2
    ledger.heartbeat(running.id)
    ended = ledger.complete_sync_run(running.id, "completed", SyncRunStatistics())
    assert ended.duration_ms is not None
    assert ended.duration_ms >= 0
    ledger.update_stream_position("shop", {"lsn": "0/2"})
    assert ledger.get_stream_position("shop") == {"lsn": "0/2"}
    assert ledger.cleanup_old_metadata() == {
        "dead_letter_queue": 0,
        "error_log": 0,
        "sync_runs": 0,
        "schema_registry": 0,
    }


def test_a_clock_set_forward_ends_no_run_that_still_beats(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = ledger.start_sync_run("shop", "batch")
    set_clock(monkeypatch, WEEK)
    ledger.heartbeat(running.id)
    assert ledger.recover_failed_runs(max_age_hours=24) == []
    assert ledger.sync_run(running.id).status == "running"
