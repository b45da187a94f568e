from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.exc import OperationalError

from metadata_assets.errors import (
    PermanentError,
    PositionBackwards,
    PositionConflict,
    TransientError,
)
from metadata_assets.ledger.marker_swap import Move
from metadata_assets.ledger.model import sync_markers
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.ledger.processes import run_at_once


def test_a_position_reads_back(ledger: Ledger) -> None:
    ledger.update_position("demo.shop", "catalog_extract", "batch", {"fingerprint": "abc", "n": 3})
    assert ledger.position("demo.shop", "catalog_extract", "batch") == {
        "fingerprint": "abc",
        "n": 3,
    }


def test_a_place_without_a_marker_has_no_position(ledger: Ledger) -> None:
    ledger.update_position("demo.shop", "orders", "batch", {"at": 1})
    assert ledger.position("demo.shop", "orders", "stream") is None
    assert ledger.position("demo.shop", None, "batch") is None
    assert ledger.position("demo", "orders", "batch") is None


def test_a_second_update_moves_the_marker_and_keeps_its_identity(ledger: Ledger) -> None:
    ledger.update_position("demo.shop", None, "stream", {"lsn": "0/1"})
    (before,) = ledger.get_active_markers("demo.shop")
    run = ledger.start_sync_run("demo.shop", "stream")
    ledger.update_position("demo.shop", None, "stream", {"lsn": "0/2"}, sync_run_id=run.id)
    (after,) = ledger.get_active_markers("demo.shop")
    assert after.position_data == {"lsn": "0/2"}
    assert (after.id, after.created_at) == (before.id, before.created_at)
    assert after.sync_run_id == run.id
    assert after.last_updated >= before.last_updated


def test_markers_of_a_source_come_in_the_order_of_their_places(ledger: Ledger) -> None:
    ledger.update_position("demo.shop", "orders", "stream", {"at": 1})
    ledger.update_position("demo.shop", "orders", "batch", {"at": 1})
    ledger.update_position("demo.shop", None, "batch", {"at": 1})
    ledger.update_position("demo.crm", "people", "batch", {"at": 1})
    assert [(m.table_name, m.marker_type) for m in ledger.get_active_markers("demo.shop")] == [
        (None, "batch"),
        ("orders", "batch"),
        ("orders", "stream"),
    ]
    assert [m.schema_name for m in ledger.get_active_markers()] == ["demo.crm"] + ["demo.shop"] * 3


def test_a_position_takes_values_that_json_does_not_know(ledger: Ledger) -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    odd = {
        "at": moment,
        "amount": Decimal("1.10"),
        "token": b"\x00\xff",
        "id": UUID(int=7),
        "nan": float("nan"),
        "text": "nul \x00, lone \ud800, ünï",
        ("a", 1): {3, 1, 2},
        "nested": [{"deep": (None, True)}],
    }
    ledger.update_position("demo.shop", "orders", "batch", odd)
    assert ledger.position("demo.shop", "orders", "batch") == {
        "at": "2026-03-01T12:00:00.123456+02:00",
        "amount": "1.10",
        "token": "AP8=",
        "id": "00000000-0000-0000-0000-000000000007",
        "nan": "nan",
        "text": "nul \\x00, lone \\ud800, ünï",
        '["a",1]': [1, 2, 3],
        "nested": [{"deep": [None, True]}],
    }


def test_an_empty_position_is_refused(ledger: Ledger) -> None:
    with pytest.raises(PermanentError, match=r"demo\.shop \(orders\): an empty position"):
        ledger.update_position("demo.shop", "orders", "batch", {})


def test_times_are_aware_and_in_utc(ledger: Ledger) -> None:
    before = datetime.now(timezone.utc)
    ledger.update_position("demo.shop", "orders", "batch", {"at": 1})
    (marker,) = ledger.get_active_markers("demo.shop")
    assert marker.last_updated.tzinfo is timezone.utc
    assert before <= marker.last_updated <= datetime.now(timezone.utc)


def test_a_position_never_goes_backwards(ledger: Ledger) -> None:
    ledger.update_stream_position("shop", {"lsn": "0/20"}, "orders")
    with pytest.raises(PositionBackwards, match=r"shop \(orders\).*force"):
        ledger.update_stream_position("shop", {"lsn": "0/1F"}, "orders")
    ledger.update_stream_position("shop", {"lsn": "0/20"}, "orders")
    assert ledger.get_stream_position("shop", "orders") == {"lsn": "0/20"}


def test_a_forced_position_goes_backwards(ledger: Ledger) -> None:
    ledger.update_position("shop", None, "stream", {"lsn": "0/20"})
    ledger.update_position("shop", None, "stream", {"lsn": "0/10"}, force=True)
    assert ledger.get_stream_position("shop") == {"lsn": "0/10"}


def test_a_marker_keeps_the_order_it_was_given(ledger: Ledger) -> None:
    ledger.update_position("shop", None, "batch", {"offset": 2, "lsn": "0/9"}, order="integer")
    ledger.update_position("shop", None, "batch", {"offset": 3, "lsn": "0/1"})
    with pytest.raises(PositionBackwards):
        ledger.update_position("shop", None, "batch", {"offset": 1, "lsn": "0/A"})
    with pytest.raises(PermanentError, match="nothing to order it by as `integer`"):
        ledger.update_position("shop", None, "batch", {"lsn": "0/A"})


def test_a_batch_timestamp_reads_back_as_the_moment_it_was(ledger: Ledger) -> None:
    assert ledger.get_batch_timestamp("shop", "orders") is None
    moment = datetime(2023, 12, 1, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    ledger.update_batch_timestamp("shop", moment, "orders")
    assert ledger.get_batch_timestamp("shop", "orders") == moment
    with pytest.raises(PositionBackwards):
        ledger.update_batch_timestamp("shop", moment - timedelta(microseconds=1), "orders")


def test_a_marker_moves_only_from_the_expected_position(ledger: Ledger) -> None:
    with pytest.raises(PositionConflict):
        ledger.update_position("shop", None, "batch", {"at": 2}, expected={"at": 1})
    ledger.update_position("shop", None, "batch", {"at": 1, "b": (1,)}, expected=None)
    with pytest.raises(PositionConflict):
        ledger.update_position("shop", None, "batch", {"at": 2}, expected=None)
    ledger.update_position("shop", None, "batch", {"at": 2}, expected={"b": [1], "at": 1})
    assert ledger.position("shop", None, "batch") == {"at": 2}


def test_a_batch_of_moves_is_made_as_a_whole_or_not_at_all(ledger: Ledger) -> None:
    run = ledger.start_sync_run("shop", "stream")
    moves = [Move("shop", f"t{n}", "stream", {"lsn": f"0/{n:X}"}, run.id) for n in range(50)]
    ledger.update_positions(moves)
    assert [marker.sync_run_id for marker in ledger.get_active_markers()] == [run.id] * 50
    with pytest.raises(PositionBackwards, match="t49"):
        ledger.update_positions(
            [
                Move("shop", "t1", "stream", {"lsn": "1/1"}),
                Move("shop", "t49", "stream", {"lsn": 0}),
            ]
        )
    assert ledger.get_stream_position("shop", "t1") == {"lsn": "0/1"}
    ledger.update_positions([])


def test_of_several_moves_of_one_marker_the_last_stands(ledger: Ledger) -> None:
    there, back = (Move("shop", None, "stream", {"lsn": lsn}) for lsn in ("0/2", "0/1"))
    ledger.update_positions([back, there])
    assert ledger.get_stream_position("shop") == {"lsn": "0/2"}
    with pytest.raises(PositionBackwards):
        ledger.update_positions([there, back])


def test_a_move_starts_from_where_the_marker_is_not_from_where_this_ledger_left_it(
    place: Place,
) -> None:
    def move(ledger: Ledger, offset: int, **how: Any) -> None:
        ledger.update_position("shop", "orders", "stream", {"offset": offset}, **how)

    with place.open() as mine, place.open() as other:
        move(mine, 5)
        move(other, 10)
        with pytest.raises(PositionBackwards):
            move(mine, 7)
        move(mine, 12, expected={"offset": 10})
        move(other, 3, force=True)
        move(mine, 4)
        with pytest.raises(PositionConflict):
            move(other, 9, expected={"offset": 3})
        assert other.position("shop", "orders", "stream") == {"offset": 4}


def test_a_marker_that_was_deleted_or_restored_is_not_taken_for_granted(ledger: Ledger) -> None:
    def change(statement: Any) -> None:
        with ledger._database.writing() as connection:
            connection.execute(statement)

    ledger.update_stream_position("shop", {"lsn": "0/30"})
    change(delete(sync_markers))
    with pytest.raises(PositionConflict):
        ledger.update_position("shop", None, "stream", {"lsn": "0/40"}, expected={"lsn": "0/30"})
    ledger.update_stream_position("shop", {"lsn": "0/20"})
    change(update(sync_markers).values(position_data={"lsn": "0/99"}))
    with pytest.raises(PositionConflict):
        ledger.update_position("shop", None, "stream", {"lsn": "0/A0"}, expected={"lsn": "0/20"})
    with pytest.raises(PositionBackwards):
        ledger.update_stream_position("shop", {"lsn": "0/30"})


def test_a_move_that_was_rolled_back_is_not_started_from(ledger: Ledger) -> None:
    ledger.update_stream_position("shop", {"lsn": "0/1"})

    def lose(*_: Any) -> None:
        raise OperationalError("COMMIT", {}, Exception("connection lost"))

    event.listen(ledger._database.engine, "commit", lose)
    with pytest.raises(TransientError):
        ledger.update_stream_position("shop", {"lsn": "0/9"})
    event.remove(ledger._database.engine, "commit", lose)
    ledger.update_stream_position("shop", {"lsn": "0/2"})
    assert ledger.get_stream_position("shop") == {"lsn": "0/2"}


def test_processes_that_count_by_compare_and_swap_lose_nothing(place: Place) -> None:
    def count(_number: int) -> None:
        with place.open() as ledger:
            for _ in range(25):
                while True:
                    seen = ledger.position("shop", None, "batch")
                    step = {"n": (seen or {"n": 0})["n"] + 1}
                    try:
                        ledger.update_position("shop", None, "batch", step, expected=seen)
                        break
                    except PositionConflict:
                        continue

    place.open().close()
    run_at_once(count, 4)
    with place.open() as ledger:
        assert ledger.position("shop", None, "batch") == {"n": 100}
        (marker,) = ledger.get_active_markers()
        assert marker.revision == 100


def test_processes_that_race_leave_a_marker_at_the_furthest_position(place: Place) -> None:
    def advance(number: int) -> None:
        with place.open() as ledger:
            for step in range(number, 200, 4):
                moves = [Move("shop", name, "stream", {"sequence": step}) for name in "abc"]
                try:
                    ledger.update_positions(moves[number % 3 :] + moves[: number % 3])
                except PositionBackwards:
                    continue

    place.open().close()
    run_at_once(advance, 4)
    with place.open() as ledger:
        assert [m.position_data for m in ledger.get_active_markers()] == [{"sequence": 199}] * 3
