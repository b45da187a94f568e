from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from metadata_assets.errors import ConfigurationError, PermanentError
from metadata_assets.ledger.orders import is_behind


def by_epoch(position: Mapping[str, Any]) -> tuple[int, int]:
    """An order of someone's own."""
    return position["epoch"], position["step"]


OWN = f"{__name__}:by_epoch"


@pytest.mark.parametrize(
    ("earlier", "later", "order"),
    [
        ({"lsn": "0/FFFFFFFF"}, {"lsn": "1/0"}, "lsn"),
        ({"lsn": "9/0"}, {"lsn": "10/0"}, "lsn"),
        ({"lsn": "00000027:000000f4:0001"}, {"lsn": "00000027:000000F4:0002"}, "lsn"),
        ({"lsn": 9}, {"lsn": 10}, "lsn"),
        ({"cluster_time": "9"}, {"cluster_time": "7123456789012345678"}, "cluster_time"),
        ({"cluster_time": {"t": 9, "i": 2}}, {"cluster_time": {"t": 10, "i": 1}}, "cluster_time"),
        (
            {"cluster_time": {"$timestamp": {"t": 9, "i": 1}}, "resume_token": {"_data": "8265A"}},
            {"cluster_time": {"$timestamp": {"t": 9, "i": 1}}, "resume_token": {"_data": "8265B"}},
            "cluster_time",
        ),
        (
            {"timestamp": "2026-01-01T12:00:00+02:00"},
            {"timestamp": "2026-01-01T10:00:01Z"},
            "timestamp",
        ),
        ({"timestamp": 0}, {"timestamp": "1970-01-01T00:00:01"}, "timestamp"),
        ({"sequence": 9}, {"sequence": "10"}, "integer"),
        ({"offset": 9}, {"offset": 10}, "integer"),
        ({"epoch": 1, "step": 9}, {"epoch": 2, "step": 1}, OWN),
    ],
)
def test_positions_compare_by_their_order(
    earlier: dict[str, Any], later: dict[str, Any], order: str
) -> None:
    assert is_behind(earlier, later, order, where="here")
    assert not is_behind(later, earlier, order, where="here")
    assert not is_behind(later, later, order, where="here")
    if order != OWN:
        assert is_behind(earlier, later, None, where="here"), "its fields tell the order"


def test_a_position_without_a_known_field_is_never_behind() -> None:
    assert not is_behind({"fingerprint": "a"}, {"fingerprint": "b"}, None, where="here")


def test_a_field_the_marker_did_not_have_yet_is_no_step_back() -> None:
    assert not is_behind({"lsn": "0/1"}, {"fingerprint": "a"}, None, where="here")
    assert not is_behind({"lsn": "0/1"}, {}, "lsn", where="here")


@pytest.mark.parametrize(
    ("position", "order"),
    [
        ({"lsn": "soon"}, None),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": 10**30}, None),
        ({"cluster_time": {"t": 1}}, None),
        ({"at": 1}, "lsn"),
        ({"step": 1}, OWN),
    ],
)
def test_a_position_its_order_cannot_read_is_refused(
    position: dict[str, Any], order: str | None
) -> None:
    with pytest.raises(PermanentError, match="here: the position"):
        is_behind(position, {}, order, where="here")


@pytest.mark.parametrize(
    "order", ["lns", "no_such_package:key", f"{__name__}:OWN", f"{__name__}:x"]
)
def test_an_unknown_order_is_refused(order: str) -> None:
    with pytest.raises(ConfigurationError, match="order"):
        is_behind({"lsn": "0/1"}, {}, order, where="here")
