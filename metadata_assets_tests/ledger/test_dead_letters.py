from __future__ import annotations

import os
import signal
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.model import dead_letter_queue
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import DeadLetter
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.ledger.processes import run_at_once, start_process

ORDER = {"id": 12345, "order_date": "2023-13-45"}


def test_a_letter_keeps_its_record_and_why_it_is_here(ledger: Ledger) -> None:
    run = ledger.start_sync_run("shop", "stream")
    error = ledger.log_exception("shop", ValueError("no such month"), sync_run_id=run.id)
    moment = datetime(2023, 12, 1, tzinfo=timezone.utc)
    letter = ledger.add_to_dead_letter_queue(
        "shop",
        "insert",
        ORDER,
        table_name="orders",
        sync_run_id=run.id,
        error_log_id=error.id,
        source_record_id="mongo_obj_12345",
        original_timestamp=moment,
        error_message="failed after 3 retries, password=S3cret",
    )
    assert letter == ledger.dead_letter(letter.id)
    assert (letter.status, letter.error_count, letter.record_data) == ("pending", 1, ORDER)
    assert (letter.sync_run_id, letter.error_log_id) == (run.id, error.id)
    assert letter.original_timestamp == moment
    assert letter.last_error_message == "failed after 3 retries, password=***"


def test_any_record_is_kept(ledger: Ledger) -> None:
    record = {"at": datetime(2026, 1, 1, tzinfo=timezone.utc), "n": Decimal("1.5"), "b": b"\x00"}
    letter = ledger.add_to_dead_letter_queue("shop", "insert", record)
    assert letter.record_data == {"at": "2026-01-01T00:00:00+00:00", "n": "1.5", "b": "AA=="}


@pytest.mark.parametrize("record", [None, {}, [], ""])
def test_an_empty_record_is_refused(ledger: Ledger, record: Any) -> None:
    with pytest.raises(PermanentError, match="an empty record is none"):
        ledger.add_to_dead_letter_queue("shop", "insert", record)


def test_a_letter_never_overwrites_another(ledger: Ledger) -> None:
    for record, source_record_id in [
        (ORDER, None),
        (ORDER, None),
        (ORDER, "7"),
        ({**ORDER, "id": 2}, "7"),
        (ORDER, "8"),
    ]:
        ledger.add_to_dead_letter_queue(
            "shop", "insert", record, table_name="orders", source_record_id=source_record_id
        )
    ledger.add_to_dead_letter_queue("shop", "insert", ORDER, source_record_id="7")
    ledger.add_to_dead_letter_queue("shop", "delete", ORDER, table_name="orders")
    assert len(ledger.dead_letters("shop")) == 7


def test_the_same_record_that_still_waits_counts_once_more(ledger: Ledger) -> None:
    def add() -> DeadLetter:
        return ledger.add_to_dead_letter_queue("shop", "insert", ORDER, source_record_id="7")

    first, again = add(), add()
    assert (again.id, again.error_count) == (first.id, 2)
    ledger.resolve_dead_letter(first.id, "manual_fix")
    assert add().id != first.id, "a settled letter is history"


def test_a_claimed_letter_is_nobody_elses_until_its_lease_runs_out(ledger: Ledger) -> None:
    letter = ledger.add_to_dead_letter_queue("shop", "insert", ORDER)
    (claimed,) = ledger.claim_dead_letters(lease_seconds=0.2, claimed_by="one")
    assert (claimed.id, claimed.status, claimed.claimed_by) == (letter.id, "processing", "one")
    assert ledger.claim_dead_letters() == []
    time.sleep(0.25)
    (reclaimed,) = ledger.claim_dead_letters("shop")
    with pytest.raises(PermanentError, match="someone else has claimed it"):
        ledger.resolve_dead_letter(letter.id, "reprocessed", claim_id=claimed.claim_id)
    with pytest.raises(PermanentError, match="someone else has claimed it"):
        ledger.return_dead_letter(letter.id, "failed", claim_id=claimed.claim_id)
    settled = ledger.resolve_dead_letter(letter.id, "reprocessed", claim_id=reclaimed.claim_id)
    assert (settled.status, settled.claim_id) == ("resolved", None)


def test_letters_of_one_source_are_claimed_oldest_first(ledger: Ledger) -> None:
    letters = [ledger.add_to_dead_letter_queue("shop", "insert", {"n": n}) for n in range(3)]
    ledger.add_to_dead_letter_queue("crm", "insert", ORDER)
    claimed = ledger.claim_dead_letters("shop", limit=2)
    assert [letter.id for letter in claimed] == [letter.id for letter in letters[:2]]
    assert [letter.id for letter in ledger.claim_dead_letters("shop")] == [letters[2].id]


def test_a_letter_that_fails_again_waits_longer_each_time(ledger: Ledger) -> None:
    ledger.add_to_dead_letter_queue("shop", "insert", ORDER)
    waits = []
    for _ in range(9):
        (claimed,) = ledger.claim_dead_letters()
        returned = ledger.return_dead_letter(claimed.id, "again", claim_id=claimed.claim_id)
        assert ledger.claim_dead_letters() == []
        assert returned.retry_after is not None
        waits.append((returned.retry_after - returned.last_error_at).total_seconds())
        _set(ledger, returned, retry_after=returned.first_error_at)
    assert waits == sorted(waits)
    assert 60 <= waits[0] <= 75
    assert waits[-1] == 3600
    assert ledger.dead_letter(claimed.id).error_count == 10


def test_a_clock_set_back_strands_no_letter(ledger: Ledger) -> None:
    letter = ledger.add_to_dead_letter_queue("shop", "insert", ORDER)
    far_off = datetime.now(timezone.utc) + timedelta(days=400)
    _set(ledger, letter, retry_after=far_off)
    assert len(ledger.claim_dead_letters()) == 1
    _set(ledger, letter, lease_expires_at=far_off)
    assert len(ledger.claim_dead_letters()) == 1


def _set(ledger: Ledger, letter: DeadLetter, **values: datetime) -> None:
    with ledger._database.writing() as connection:
        statement = update(dead_letter_queue).where(dead_letter_queue.c.id == letter.id)
        connection.execute(statement.values(**values))


def test_a_settled_letter_stays_settled(ledger: Ledger) -> None:
    letter = ledger.add_to_dead_letter_queue("shop", "insert", ORDER)
    discarded = ledger.resolve_dead_letter(
        letter.id, "discarded", processed_by="anna", notes="a test order"
    )
    assert (discarded.status, discarded.resolution_method) == ("discarded", "discarded")
    assert (discarded.processed_by, discarded.resolution_notes) == ("anna", "a test order")
    assert discarded.processed_at is not None
    with pytest.raises(PermanentError, match="no such letter is waiting"):
        ledger.resolve_dead_letter(letter.id, "reprocessed")
    assert ledger.claim_dead_letters() == []


def test_letters_are_listed_by_source_table_and_status(ledger: Ledger) -> None:
    first = ledger.add_to_dead_letter_queue("shop", "insert", ORDER, table_name="orders")
    second = ledger.add_to_dead_letter_queue("shop", "insert", ORDER)
    ledger.resolve_dead_letter(second.id, "manual_fix")
    assert [letter.id for letter in ledger.dead_letters("shop", status="pending")] == [first.id]
    assert [letter.id for letter in ledger.dead_letters(table_name="orders")] == [first.id]
    assert ledger.dead_letters("crm") == []


def test_processes_that_claim_at_once_share_the_letters_and_lose_none_to_a_kill(
    place: Place,
) -> None:
    def drain(_number: int = 0) -> None:
        with place.open() as ledger:
            while claimed := ledger.claim_dead_letters(limit=3):
                for letter in claimed:
                    ledger.resolve_dead_letter(letter.id, "reprocessed", claim_id=letter.claim_id)

    def claim_and_hang() -> None:
        with place.open() as ledger:
            ledger.claim_dead_letters(limit=5, lease_seconds=3600, claimed_by="killed")
            time.sleep(60)

    with place.open() as ledger:
        for n in range(60):
            ledger.add_to_dead_letter_queue("shop", "insert", {"n": n})
    killed = start_process(claim_and_hang)
    with place.open() as ledger:
        deadline = time.monotonic() + 20
        while not ledger.dead_letters(status="processing"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert killed.pid is not None
        os.kill(killed.pid, signal.SIGKILL)
        killed.join()
        run_at_once(drain, 4)
        assert len(ledger.dead_letters(status="resolved", limit=100)) == 55
        over = datetime(2023, 12, 1, tzinfo=timezone.utc)
        for letter in ledger.dead_letters(status="processing"):
            _set(ledger, letter, lease_expires_at=over)
        drain()
        assert len(ledger.dead_letters(status="resolved", limit=100)) == 60
