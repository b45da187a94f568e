from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

import pytest

from metadata_assets.ledger.encoding import canonical_json, storable_json, storable_text


class Colour(Enum):
    RED = "red"


class Level(int, Enum):
    HIGH = 3


@dataclass
class Point:
    x: int
    when: date


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        (True, True),
        (2**70, 2**70),
        (1.5, 1.5),
        (float("-inf"), "-inf"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4), "03:04:00"),
        (timedelta(seconds=90), "0:01:30"),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (Point(1, date(2026, 1, 2)), {"x": 1, "when": "2026-01-02"}),
        (PurePosixPath("a/b"), "a/b"),
        (memoryview(b"ab"), "YWI="),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({2: "two", None: "none", True: "yes"}, {"2": "two", "null": "none", "true": "yes"}),
    ],
)
def test_a_value_becomes_plain_json(value: Any, stored: Any) -> None:
    assert storable_json(value) == stored
    json.dumps(storable_json(value), allow_nan=False)


def test_a_numpy_number_stays_a_number() -> None:
    numpy = pytest.importorskip("numpy")
    assert storable_json([numpy.int64(5), numpy.float64(0.5)]) == [5, 0.5]


def test_a_value_that_contains_itself_is_cut_off() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert "…" in json.dumps(storable_json(endless), ensure_ascii=False)


def test_ordinary_text_stays_as_it_is() -> None:
    assert storable_text("häß \n 🐘 \\x00") == "häß \n 🐘 \\x00"


def test_canonical_json_has_one_form() -> None:
    assert canonical_json({"b": [1, 2], "a": "ü"}) == '{"a":"ü","b":[1,2]}'
