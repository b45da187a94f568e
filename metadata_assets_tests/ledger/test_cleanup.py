from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import update

from metadata_assets.ledger import cleanup
from metadata_assets.ledger.model import dead_letter_queue, error_log, sync_runs
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import DeadLetter, ErrorRecord, SyncRun, SyncRunStatistics
from metadata_assets_tests.ledger.test_registry import Definition, table


def everything_ended_40_days_ago(ledger: Ledger) -> None:
    moment = datetime.now(timezone.utc) - timedelta(days=40)
    with ledger._database.writing() as connection:
        for column in (
            sync_runs.c.completed_at,
            error_log.c.resolved_at,
            dead_letter_queue.c.processed_at,
        ):
            ended = update(column.table).where(column.is_not(None))
            connection.execute(ended.values({column: moment}))


def ended_run(ledger: Ledger) -> SyncRun:
    run = ledger.start_sync_run("shop", "batch")
    return ledger.complete_sync_run(run.id, "completed", SyncRunStatistics())


def resolved_error(ledger: Ledger, what: str = "x") -> ErrorRecord:
    return ledger.resolve_error(ledger.log_exception("shop", ValueError(what)).id)


def resolved_letter(ledger: Ledger) -> DeadLetter:
    letter = ledger.add_to_dead_letter_queue("shop", "insert", {"id": 1})
    return ledger.resolve_dead_letter(letter.id, "manual_fix")


NOTHING = {"dead_letter_queue": 0, "error_log": 0, "sync_runs": 0, "schema_registry": 0}


def test_what_is_over_and_old_goes_and_is_counted(ledger: Ledger) -> None:
    for _ in range(3):
        ended_run(ledger)
    resolved_error(ledger)
    resolved_letter(ledger)
    everything_ended_40_days_ago(ledger)
    assert ledger.cleanup_old_metadata(retention_days=41) == NOTHING
    recent = ended_run(ledger)
    assert ledger.cleanup_old_metadata() == NOTHING | {
        "dead_letter_queue": 1,
        "error_log": 1,
        "sync_runs": 3,
    }
    assert [run.id for run in ledger.runs()] == [recent.id]
    assert ledger.cleanup_old_metadata() == NOTHING


def test_what_is_open_stays_with_what_it_refers_to(ledger: Ledger) -> None:
    running = ledger.start_sync_run("shop", "batch")
    with_error, with_letter = ended_run(ledger), ended_run(ledger)
    error = ledger.log_exception("shop", ValueError("open"), sync_run_id=with_error.id)
    cause = resolved_error(ledger, "its letter waits")
    letter = ledger.add_to_dead_letter_queue(
        "shop", "insert", {"id": 2}, sync_run_id=with_letter.id, error_log_id=cause.id
    )
    everything_ended_40_days_ago(ledger)
    assert ledger.cleanup_old_metadata(retention_days=0) == NOTHING
    assert {run.id for run in ledger.runs()} == {running.id, with_error.id, with_letter.id}
    assert ledger.errors(status="open")[0].sync_run_id == error.sync_run_id
    assert ledger.dead_letter(letter.id).error_log_id == cause.id


@pytest.mark.parametrize("keep", [10, 1])
def test_exactly_the_newest_versions_of_each_table_stay(ledger: Ledger, keep: int) -> None:
    for version in range(12):
        ledger.register_schemas("shop", table(Definition("orders", schema_hash=f"h{version}")))
    for version in range(3):
        ledger.register_schemas("crm", table(Definition("orders", schema_hash=f"h{version}")))
    removed = ledger.cleanup_old_metadata(keep_versions=keep)["schema_registry"]
    assert removed == 12 - keep + max(0, 3 - keep)
    kept = [version.version for version in ledger.versions("shop", "orders")]
    assert kept == list(range(12, 12 - keep, -1))
    ledger.register_schemas("shop", table(Definition("orders", schema_hash="new")))
    assert ledger.versions("shop", "orders")[0].version == 13


def test_much_is_deleted_in_transactions_of_its_own(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, transactions: Callable[[], int]
) -> None:
    monkeypatch.setattr(cleanup, "_CHUNK", 2)
    for _ in range(5):
        ended_run(ledger)
    everything_ended_40_days_ago(ledger)
    before = transactions()
    assert ledger.cleanup_old_metadata()["sync_runs"] == 5
    assert transactions() - before == 3


@pytest.fixture
def transactions(ledger: Ledger) -> Callable[[], int]:
    """How many transactions that wrote have been committed."""
    from sqlalchemy import event

    written: list[bool] = []
    deletes: list[bool] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        deletes.append(statement.lstrip().upper().startswith("DELETE"))

    def commit(_connection: object) -> None:
        if any(deletes):
            written.append(True)
        deletes.clear()

    event.listen(ledger._database.engine, "before_cursor_execute", note)
    event.listen(ledger._database.engine, "commit", commit)
    return lambda: len(written)
