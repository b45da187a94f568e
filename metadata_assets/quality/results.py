"""Whether two results of queries are the same answer.

Rows count in any order, unless an order was asked for; columns may stand in any order, and their
names do not count. Numbers are equal to nine digits, whatever type they come in; whole ones to all.
Times are those of the session's clock, so a day is its midnight, with a time zone or without.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice, permutations, product
from typing import Any

Rows = Sequence[tuple[Any, ...]]

_EXACT = 2**63
"""Whole numbers below are keys or counts, not measurements."""

_LARGE = 10**9

_MOST_ARRANGEMENTS = 5_000
"""Columns that hold the same values may be meant for each other in so many ways at most."""


def same_answer(expected: Rows, found: Rows, *, is_ordered: bool) -> bool:
    """Whether two results say the same.

    Args:
        expected: The rows that are right.
        found: The rows in question.
        is_ordered: Whether the order of rows counts.
    """
    return difference(expected, found, is_ordered=is_ordered) is None


def difference(expected: Rows, found: Rows, *, is_ordered: bool) -> str | None:
    """What differs between two results; None where they say the same."""
    if len(expected) != len(found):
        return f"{len(found)} rows instead of {len(expected)}"
    if not expected:
        return None
    if len(expected[0]) != len(found[0]):
        return f"{len(found[0])} columns instead of {len(expected[0])}"
    right = [tuple(map(_canonical, row)) for row in expected]
    asked = [tuple(map(_canonical, row)) for row in found]
    for order in islice(_arrangements(right, asked), _MOST_ARRANGEMENTS):
        arranged = [tuple(row[place] for place in order) for row in asked]
        if arranged == right or (not is_ordered and Counter(arranged) == Counter(right)):
            return None
    is_only_order = is_ordered and Counter(asked) == Counter(right)
    return "the rows are in another order" if is_only_order else "other values"


def _arrangements(right: Rows, asked: Rows) -> Iterator[tuple[int, ...]]:
    """The orders of the asked columns in which each holds the values of the right one."""
    wanted = [_values(right, place) for place in range(len(right[0]))]
    given = [_values(asked, place) for place in range(len(asked[0]))]
    if sorted(wanted) != sorted(given):
        return
    groups = [
        (
            [place for place, values in enumerate(wanted) if values == group],
            [place for place, values in enumerate(given) if values == group],
        )
        for group in dict.fromkeys(wanted)
    ]
    for chosen in product(*(permutations(sources) for _, sources in groups)):
        order = dict(
            pair
            for (targets, _), sources in zip(groups, chosen, strict=True)
            for pair in zip(targets, sources, strict=True)
        )
        yield tuple(order[place] for place in range(len(wanted)))


def _values(rows: Rows, place: int) -> tuple[str, ...]:
    return tuple(sorted(map(repr, (row[place] for row in rows))))


def _canonical(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, dt.datetime):
        is_midnight = value.time() == dt.time()
        return (value.date() if is_midnight else value.replace(tzinfo=None)).isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return tuple(map(_canonical, value))
    if isinstance(value, dict):
        return tuple(_pairs(value.items()))
    return value.strip() if isinstance(value, str) else str(value)


def _number(value: int | float | Decimal) -> str:
    # Keys and phone numbers differ in their last digits only.
    number = float(value)
    if math.isfinite(number) and abs(number) < _EXACT and value == int(value):
        return str(int(value))
    # A sum of floats that should be whole is nearly so.
    return f"{number:.12g}" if abs(number) >= _LARGE else f"{number:.9g}"


def _pairs(items: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, Any]]:
    for key, value in items:
        yield str(key), _canonical(value)
