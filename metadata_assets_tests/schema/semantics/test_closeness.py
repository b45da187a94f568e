"""The close matches are difflib's own, found without comparing every name in full."""

from __future__ import annotations

import random
from difflib import SequenceMatcher, get_close_matches
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata_assets.schema.semantics import closeness
from metadata_assets.schema.semantics.closeness import close_matches

# Letters that are one modulo 256 among them: `a`, `š` and U+0361.
NAMES = st.text("abc_1š\u0361", min_size=1, max_size=90)

TABLES = [
    f"{one}_{two}_{end}" for one, two, end in product(("order", "ward"), ("log", "item"), "abc")
]


@given(name=NAMES, known=st.lists(NAMES, max_size=30), most=st.integers(1, 4))
def test_the_matches_are_those_of_difflib_in_its_order(
    name: str, known: list[str], most: int
) -> None:
    found = close_matches(name, known, most=most, least=0.6)
    assert found == get_close_matches(name, known, n=most, cutoff=0.6)


def test_only_the_few_names_that_can_win_are_compared_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []

    class Counting(SequenceMatcher[str]):
        def set_seq1(self, a: str) -> None:  # type: ignore[override]
            compared.append(a)
            super().set_seq1(a)

    monkeypatch.setattr(closeness, "SequenceMatcher", Counting)
    mixed = random.Random(7).sample(TABLES, len(TABLES))
    assert close_matches("wardd_item_c", mixed, most=1, least=0.6) == ["ward_item_c"]
    assert len([name for name in compared if name]) <= 2
