from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.store import Ledger


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
    (before,) = ledger.positions("demo.shop")
    run = ledger.start_sync_run("demo.shop", "stream")
    ledger.update_position("demo.shop", None, "stream", {"lsn": "0/2"}, sync_run_id=run.id)
    (after,) = ledger.positions("demo.shop")
    assert after.position_data == {"lsn": "0/2"}
    assert (after.id, after.created_at) == (before.id, before.created_at)
    assert after.sync_run_id == run.id
    assert after.last_updated >= before.last_updated


def test_markers_of_a_source_come_in_the_order_of_their_places(ledger: Ledger) -> None:
    ledger.update_position("demo.shop", "orders", "stream", {"at": 1})
    ledger.update_position("demo.shop", "orders", "batch", {"at": 1})
    ledger.update_position("demo.shop", None, "batch", {"at": 1})
    ledger.update_position("demo.crm", "people", "batch", {"at": 1})
    assert [(m.table_name, m.marker_type) for m in ledger.positions("demo.shop")] == [
        (None, "batch"),
        ("orders", "batch"),
        ("orders", "stream"),
    ]
    assert [m.schema_name for m in ledger.positions()] == ["demo.crm"] + ["demo.shop"] * 3


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
    (marker,) = ledger.positions("demo.shop")
    assert marker.last_updated.tzinfo is timezone.utc
    assert before <= marker.last_updated <= datetime.now(timezone.utc)
