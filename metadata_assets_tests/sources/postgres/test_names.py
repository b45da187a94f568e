from __future__ import annotations

from typing import Any

import pyarrow as pa

from metadata_assets.sources.postgres.names import with_names

COLUMNS = pa.table(
    {"relation": [7, 7, 8], "ordinal": [1, 3, 1], "column_name": ["id", "day", "key"]}
).cast(pa.schema({"relation": pa.int64(), "ordinal": pa.int32(), "column_name": pa.string()}))


def named(relations: list[Any], numbers: list[Any]) -> list[Any]:
    rows = pa.table(
        [pa.array(relations, pa.int64()), pa.array(numbers, pa.string())], names=["of", "numbers"]
    )
    return with_names(rows, COLUMNS, names=("of", "numbers"))["names"].to_pylist()


def test_numbers_are_those_of_their_own_relation() -> None:
    assert named([7, 8], ["{3,1}", "{1}"]) == [["day", "id"], ["key"]]


def test_vectors_are_read_like_arrays() -> None:
    assert named([7], ["1 3"]) == [["id", "day"]]


def test_a_number_that_no_column_has_is_no_name() -> None:
    # 0 is an expression, a negative one a column of the system, and dropped columns leave gaps.
    assert named([7, 8], ["0 1", "{-3,2}"]) == [[None, "id"], [None, None]]


def test_no_numbers_are_no_list() -> None:
    assert named([7, None, 8], [None, None, "{1}"]) == [None, None, ["key"]]
    assert named([], []) == []


def test_a_part_of_more_rows_is_named_as_itself() -> None:
    rows = pa.table({"of": [8, 7, 7], "numbers": ["{1}", None, "{3}"]})
    part = pa.concat_tables([rows.slice(1, 1), rows.slice(2)])
    assert with_names(part, COLUMNS, names=("of", "numbers"))["names"].to_pylist() == [
        None,
        ["day"],
    ]
