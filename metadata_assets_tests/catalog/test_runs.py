from __future__ import annotations

from hashlib import sha256

import pyarrow as pa

from metadata_assets.catalog.runs import hashed, numbered

ROWS = pa.table(
    {
        "table_fqdn": ["b", "b", "a", "c", "c", "c"],
        "ordinal": pa.nulls(6, pa.int64()),
        "text": ["one", "", "two", "drei…", "vier", "x"],
    }
)


def test_rows_are_numbered_within_their_table() -> None:
    assert numbered(ROWS, "ordinal")["ordinal"].to_pylist() == [1, 2, 1, 1, 2, 3]


def hashes(*texts: str) -> list[str]:
    return [sha256(text.encode()).hexdigest() for text in texts]


def test_the_texts_of_a_table_are_hashed_as_one() -> None:
    found = hashed(ROWS, "text")
    assert found["table_fqdn"].to_pylist() == ["b", "a", "c"]
    assert found["text"].to_pylist() == hashes("one", "two", "drei…vierx")


def test_rows_may_be_a_part_of_others_and_in_pieces() -> None:
    part = pa.concat_tables([ROWS.slice(1, 2), ROWS.slice(3)])
    assert hashed(part, "text")["text"].to_pylist() == hashes("", "two", "drei…vierx")
    assert hashed(ROWS.slice(3, 2), "text")["text"].to_pylist() == hashes("drei…vier")
    assert numbered(part, "ordinal")["ordinal"].to_pylist() == [1, 1, 1, 2, 3]


def test_no_rows_are_no_tables() -> None:
    assert hashed(ROWS.slice(0, 0), "text").num_rows == 0
    assert numbered(ROWS.slice(0, 0), "ordinal").num_rows == 0
