from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from metadata_assets.control.watermark import Watermark, read_watermark, store_watermark
from metadata_assets.errors import PermanentError
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.control.conftest import Desk
from metadata_assets_tests.control.test_changes import declare


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield ledger


def test_what_was_processed_is_not_told_again(desk: Desk) -> None:
    version = declare(desk, a=1, b=2)
    pending = Watermark().pending(desk.control, version)
    assert pending == ("m.a", "m.b")
    mark = Watermark().advanced(version, pending, pending)
    assert mark == Watermark(version)
    assert mark.pending(desk.control, version) == ()


def test_a_source_that_failed_is_told_until_it_is_processed(desk: Desk) -> None:
    first = declare(desk, a=1, b=2)
    mark = Watermark().advanced(first, ("m.a", "m.b"), ("m.b",))
    assert mark == Watermark(first, frozenset({"m.a"}))
    assert mark.pending(desk.control, first) == ("m.a",)
    second = declare(desk, a=1, b=3)
    pending = mark.pending(desk.control, second)
    assert pending == ("m.b", "m.a")
    mark = mark.advanced(second, pending, ("m.b",))
    assert mark == Watermark(second, frozenset({"m.a"}))
    assert mark.advanced(second, ("m.a",), ("m.a",)) == Watermark(second)


def test_a_failed_source_that_is_switched_off_is_not_told_any_more(desk: Desk) -> None:
    first = declare(desk, a=1)
    mark = Watermark().advanced(first, ("m.a",), ())
    second = declare(desk)
    assert mark.pending(desk.control, second) == ()


def test_the_watermark_is_kept_in_the_ledger_and_never_goes_back(ledger: Ledger) -> None:
    assert read_watermark(ledger) == Watermark()
    for mark in (
        Watermark(None, frozenset({"m.a"})),
        Watermark(4, frozenset({"m.a"})),
        Watermark(4),
    ):
        store_watermark(ledger, mark)
        assert read_watermark(ledger) == mark
    with pytest.raises(PermanentError):
        store_watermark(ledger, Watermark(3))
