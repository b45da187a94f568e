from __future__ import annotations

import pytest

from metadata_assets.training.context.terms import is_phrase_of, terms, trigrams, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order_items", ["order", "items"]),
        ("sbTxDateTime", ["sb", "tx", "date", "time"]),
        ("HTTPStatus2xx", ["http", "status", "2", "xx"]),
        ('"Größe des Kunden"', ["größe", "des", "kunden"]),
        ("", []),
    ],
)
def test_identifiers_are_taken_apart(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_terms_are_stems_of_what_tells_something() -> None:
    assert terms("How many orders were shipped?") == ["order", "ship"]
    assert terms("shipping of the ordered") == ["ship", "order"]


def test_abbreviations_share_letters_with_what_they_stand_for() -> None:
    assert set(trigrams("dept")) & set(trigrams("department")) >= {"#de", "dep", "ept"} - {"ept"}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        (["net", "revenu"], ["what", "net", "revenu", "today"], True),
        (["net", "revenu"], ["revenu", "net"], False),
        ([], ["net"], False),
    ],
)
def test_a_phrase_stands_in_one_piece(phrase: list[str], text: list[str], found: bool) -> None:
    assert is_phrase_of(phrase, text) is found
