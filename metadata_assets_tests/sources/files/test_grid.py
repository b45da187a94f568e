from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from metadata_assets.sources.files.grid import GridTable, Merge, find_table

DAY = dt.date(2024, 1, 31)


def table(*rows: list[Any], merges: list[Merge] | None = None) -> GridTable:
    width = max(map(len, rows))
    grid = [row + [""] * (width - len(row)) for row in rows]
    found = find_table(grid, merges or [])
    assert found is not None
    return found


def test_a_plain_table_has_one_header_row() -> None:
    found = table(["id", "name"], [1.0, "x"], [2.0, "y"])
    assert found == GridTable(("id", "name"), [[1.0, "x"], [2.0, "y"]], 0, 1)


def test_a_table_of_text_has_its_first_row_as_header() -> None:
    assert table(["a", "b"], ["x", "y"], ["z", ""]).names == ("a", "b")


def test_notes_above_and_below_are_no_part_of_the_table() -> None:
    found = table(
        ["Lots of people"],
        ["simply cannot", "", "", "some notes"],
        ["at", "the", "", "top"],
        ["Name", "Age", "Born", "Kids"],
        ["Bowie", 69.0, DAY, True],
        ["Fisher", 60.0, DAY, True],
        ["Berry", 90.0, DAY, False],
        ["", "and below", "", ""],
        ["it all", "", "", "too"],
    )
    assert found.names == ("Name", "Age", "Born", "Kids")
    assert (found.preamble, found.header_rows, len(found.body)) == (3, 1, 3)


def test_a_gap_ends_the_table_where_text_follows_under_values() -> None:
    rows = [["id", "n"], [1.0, 2.0], [2.0, 3.0], ["", ""]]
    assert len(table(*rows, ["Total", 5.0]).body) == 2
    assert len(table(*rows, ["code", "label"], ["x", "y"]).body) == 2
    assert len(table(*rows, [3.0, 4.0], ["n/a", 5.0]).body) == 4


def test_a_title_merged_over_the_table_is_skipped() -> None:
    found = table(
        ["Arrests of 2024", "", ""],
        ["id", "name", "day"],
        [1.0, "x", DAY],
        merges=[((0, 0), (0, 2))],
    )
    assert found.names == ("id", "name", "day")
    assert found.preamble == 1


def test_groups_of_columns_go_into_their_names() -> None:
    found = table(
        ["", "Sales", "", "Returns", ""],
        ["Region", "2023", "2024", "2023", "2024"],
        ["North", 1.0, 2.0, 3.0, 4.0],
        merges=[((0, 1), (0, 2)), ((0, 3), (0, 4))],
    )
    assert found.names == ("Region", "Sales 2023", "Sales 2024", "Returns 2023", "Returns 2024")
    assert found.header_rows == 2


def test_cells_merged_downwards_span_the_header() -> None:
    found = table(
        ["Region", "Impact", ""],
        ["", "", ""],
        ["", "on\nquarter", "on  year"],
        ["North", 1.0, 2.0],
        merges=[((0, 0), (2, 0)), ((0, 1), (1, 2))],
    )
    assert found.names == ("Region", "Impact on quarter", "Impact on year")
    assert found.header_rows == 3


def test_units_below_the_names_belong_to_them() -> None:
    found = table(["name", "weight"], ["(at birth)", "(in grams)"], ["Clippy", 0.9])
    assert found.names == ("name (at birth)", "weight (in grams)")


def test_a_row_of_missing_values_is_no_header() -> None:
    found = table(["x", "y"], ["NA", "n/a"], [1.0, 2.0], [3.0, 4.0])
    assert found.names == ("x", "y")
    assert len(found.body) == 3


def test_a_grid_of_values_alone_has_no_header() -> None:
    assert table([1.0, "x"], [2.0, "y"]).names == ("", "")


def test_years_are_a_header() -> None:
    found = table(["Region", 2022.0, 2023.0, 2024.0], ["North", 1.5, 2.5, 3.5])
    assert found.names == ("Region", "2022", "2023", "2024")
    assert table(["Region", 2022.0, 2022.0], ["North", 1.5, 2.5]).names == ("", "", "")


def test_a_blank_above_values_is_a_blank_name() -> None:
    found = table(["", "var2", "", "var2"], [1.0, "a", 1.1, "aa"], [2.0, "b", 2.1, "bb"])
    assert found.names == ("", "var2", "", "var2")


def test_a_number_in_a_column_of_text_says_nothing() -> None:
    rows = [[f"word {n}", "x"] for n in range(10)]
    assert table(["text", "more"], *rows, ["a", 7.0]).names == ("text", "more")


def test_blank_rows_are_no_rows() -> None:
    found = table(["id", "name"], ["", ""], [1.0, "x"], ["", ""], [2.0, "y"])
    assert len(found.body) == 2


def test_merges_beyond_the_cells_are_cut() -> None:
    assert table(["data"], merges=[((0, 0), (9, 9)), ((7, 7), (8, 8))]).names == ("data",)


@pytest.mark.parametrize("grid", [[[""]], [["", ""], ["", ""]]])
def test_an_empty_grid_holds_no_table(grid: list[list[Any]]) -> None:
    assert find_table(grid) is None


def test_dates_or_years_may_head_columns_of_values() -> None:
    months = [dt.datetime(2024, month, 1) for month in range(1, 5)]  # noqa: DTZ001
    monthly = table(["Product", *months], *(["P", 1.5, 2.5, 3.5, float(n)] for n in range(9)))
    assert monthly.names[:2] == ("Product", "2024-01-01")
    assert len(monthly.body) == 9
    below_titles = table(
        ["Population"], ["thousands"], ["Region", 2019, 2020, 2021], *[["R", 1, 2, 3]] * 9
    )
    assert below_titles.names == ("Region", "2019", "2020", "2021")
    of_text = table(["Region", 2019, 2020, 2021], *[["R", "high", "low", "low"]] * 9)
    assert of_text.names == ("Region", "2019", "2020", "2021")
    # From one day to another: a row like those below it.
    assert table(["x", DAY, dt.date(2024, 3, 1)], ["y", DAY, DAY], ["z", DAY, DAY]).header_rows == 0
