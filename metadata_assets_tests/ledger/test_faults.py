from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from metadata_assets.errors import TransientError
from metadata_assets.ledger.marker_swap import Move
from metadata_assets.ledger.model import metadata
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import DeadLetter, SyncRunStatistics
from metadata_assets_tests.ledger.processes import ended_process
from metadata_assets_tests.ledger.test_registry import Definition, table

OPERATIONS: dict[str, Callable[[Ledger], object]] = {
    "moving a marker": lambda ledger: ledger.update_stream_position("shop", {"lsn": "0/9"}),
    "moving many markers": lambda ledger: ledger.update_positions(
        [Move("shop", f"t{n}", "batch", {"at": n}) for n in range(3)]
    ),
    "starting a run": lambda ledger: ledger.start_sync_run("shop", "batch"),
    "completing a run": lambda ledger: ledger.complete_sync_run(
        ledger.runs(status="running")[0].id, "completed", SyncRunStatistics(5)
    ),
    "logging an error": lambda ledger: ledger.log_exception("shop", ValueError("new")),
    "logging an error again": lambda ledger: ledger.log_exception("shop", ValueError("known")),
    "claiming a retry": lambda ledger: ledger.claim_due_retries(),
    "queueing a letter": lambda ledger: ledger.add_to_dead_letter_queue("shop", "insert", {"n": 2}),
    "resolving an error": lambda ledger: ledger.resolve_error(ledger.errors()[0].id, notes="up"),
    "ignoring an error": lambda ledger: ledger.ignore_error(ledger.errors()[0].id),
    "resolving a source's errors": lambda ledger: ledger.resolve_errors("shop"),
    "claiming letters": lambda ledger: ledger.claim_dead_letters(),
    "claiming a letter": lambda ledger: ledger.claim_dead_letter(waiting(ledger).id),
    "returning a letter": lambda ledger: ledger.return_dead_letter(
        held(ledger).id, "again", claim_id=held(ledger).claim_id
    ),
    "settling a letter": lambda ledger: ledger.resolve_dead_letter(
        waiting(ledger).id, "manual_fix"
    ),
    "registering schemas": lambda ledger: ledger.register_schemas(
        "shop", table(Definition("a"), Definition("b", schema_hash="new"))
    ),
    "registering a schema": lambda ledger: ledger.register_schema(
        "shop", "c", {"columns": [{"name": "id"}]}
    ),
    "giving a sign of life": lambda ledger: ledger.heartbeat(ledger.runs(status="running")[0].id),
    "recovering runs": lambda ledger: ledger.recover_failed_runs(max_age_hours=0),
    "giving up dead processes' runs": lambda ledger: ledger.abandon_dead_runs(),
    "cleaning up": lambda ledger: ledger.cleanup_old_metadata(retention_days=0, keep_versions=0),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_that_fails_at_any_statement_has_changed_nothing(
    ledger: Ledger, name: str
) -> None:
    ledger.start_sync_run("shop", "batch")
    ledger.start_sync_run("shop", "batch", instance_id=str(ended_process()))
    ledger.log_exception("shop", ValueError("known"))
    ledger.add_to_dead_letter_queue("shop", "insert", {"n": 0})
    ledger.claim_dead_letters(claimed_by="a test")
    ledger.add_to_dead_letter_queue("shop", "insert", {"n": 1})
    ledger.register_schemas("shop", table(Definition("b")))
    before = everything(ledger)
    for statement in range(20):
        with failing_at(ledger, statement) as failed:
            try:
                OPERATIONS[name](ledger)
            except TransientError:
                assert failed, "it failed by itself"
        if not failed:
            break
        assert everything(ledger) == before, f"statement {statement} left something behind"
    assert 0 < statement < 20
    assert name == "claiming a retry" or everything(ledger) != before


def waiting(ledger: Ledger) -> DeadLetter:
    return ledger.dead_letters(status="pending")[0]


def held(ledger: Ledger) -> DeadLetter:
    return ledger.dead_letters(status="processing")[0]


def everything(ledger: Ledger) -> dict[str, list[Any]]:
    with ledger._database.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }


@contextmanager
def failing_at(ledger: Ledger, number: int) -> Iterator[list[str]]:
    """Let the connection be lost at a statement of the block, counted from 0."""
    engine = ledger._database.engine
    failed: list[str] = []
    seen: list[str] = []

    def lose(*arguments: Any) -> None:
        statement = arguments[2]
        seen.append(statement)
        if len(seen) == number + 1:
            failed.append(statement)
            raise engine.dialect.loaded_dbapi.OperationalError("the connection is lost")

    event.listen(engine, "before_cursor_execute", lose)
    try:
        yield failed
    finally:
        event.remove(engine, "before_cursor_execute", lose)
