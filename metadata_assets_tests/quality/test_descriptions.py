from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from metadata_assets.errors import ConfigurationError
from metadata_assets.quality.descriptions import (
    Description,
    Matched,
    exported,
    from_mapping,
    matched,
    places_of,
)
from metadata_assets.quality.sheets import read_sheet, write_sheet
from metadata_assets_tests.quality.subjects import SHOP, annotations
from metadata_assets_tests.schema.catalogs import catalog, column, table

ODD = catalog(
    table("odd.name", column("a,b", comment='say "hi",\nnow'), comment="=1+1"),
    table("long", column("id", comment="_x0041_ and _x000D_\r\n"), comment="word " * 9_000),
    table("escapes", column("id", comment="007"), comment="_x0041_" * 5_000),
    table("plain", column("ümläut", comment=None), comment="  "),
    table("twice", column("id")),
    table("twice", column("id"), schema="other"),
)


def found(*said: Description) -> Matched:
    return matched(said, places_of(ODD))


@pytest.mark.parametrize("name", ["said.csv", "said.xlsx"])
def test_a_round_trip_changes_nothing(tmp_path: Path, name: str) -> None:
    for of in (ODD, SHOP):
        write_sheet(tmp_path / name, exported(places_of(of)))
        read = read_sheet(tmp_path / name)
        assert [(one.table, one.column) for one in read] == [
            (one.table, one.column) for one in exported(places_of(of))
        ]
        back = matched(read, places_of(of))
        assert (back.said, back.problems, back.stale) == ({}, (), ())


def test_what_is_edited_in_excel_is_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "said.xlsx"
    write_sheet(path, exported(places_of(SHOP)))
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == "public.orders" and row[1].value in ("amount", None, ""):
            row[3].value = f"New of {row[1].value or 'orders'}"
    workbook.save(path)
    assert matched(read_sheet(path), places_of(SHOP)).said == {
        ("public.orders", None): "New of orders",
        ("public.orders", "amount"): "New of amount",
    }


def test_sheets_of_other_machines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    text = "Table_Name;column_description;remarks\r\nplain;Größe, in cm;x\r\n;;\r\n"
    path.write_bytes(text.encode("cp1252"))
    (one,) = read_sheet(path)
    assert (one.table, one.text, one.line) == ("plain", "Größe, in cm", 2)
    path.write_bytes(text.replace(";", ",").replace("e, i", "e i").encode("utf-8-sig"))
    assert read_sheet(path)[0].text == "Größe in cm"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", "a,b\n", "lacks table_name and column_description"),
        ("a.csv", "", "empty"),
        ("a.txt", "x", "neither a CSV file nor a workbook"),
        ("a.xlsx", "x", "cannot be read"),
        ("b.csv", None, "no such file"),
    ],
)
def test_what_is_no_such_sheet_is_refused(
    tmp_path: Path, name: str, content: str | None, why: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=why):
        read_sheet(tmp_path / name)


def test_tables_and_columns_are_found_by_the_names_people_use() -> None:
    said = found(
        Description("PLAIN", "ÜMLÄUT", "Umlaut"),
        Description('public."odd.name"', "a,b", "Odd"),
        Description("other.twice", "ID", "Other"),
        Description("Odd.Name", "", "By its bare name"),
        Description('"other"."twice"', "", "As SQL writes it"),
        Description('"plain"', '"ümläut"', "Umlaut"),
    )
    assert said.problems == ()
    assert said.said == {
        ('public."odd.name"', None): "By its bare name",
        ("other.twice", None): "As SQL writes it",
        ("public.plain", "ümläut"): "Umlaut",
        ('public."odd.name"', "a,b"): "Odd",
        ("other.twice", "id"): "Other",
    }


@pytest.mark.parametrize(
    ("table_name", "column_name", "why"),
    [
        ("twice", "id", "twice may be other.twice or public.twice"),
        ("plian", "", "row 7: there is no table plian; did you mean plain"),
        ("plain", "umlaut", "public.plain has no column umlaut"),
    ],
)
def test_what_names_nothing_or_too_much_is_told(
    table_name: str, column_name: str, why: str
) -> None:
    (problem,) = found(Description(table_name, column_name, "x", line=7)).problems
    assert why in problem


def test_an_empty_description_leaves_what_is_said_and_an_old_type_is_told() -> None:
    said = found(Description("plain", "ümläut", "", data_type="text"))
    assert (said.said, said.unchanged) == ({}, 1)
    assert said.stale == ("public.plain.ümläut is integer, not text",)


def test_updates_come_as_a_mapping_too() -> None:
    said = from_mapping({"t": {"table_description": "T", "columns": {"a": "A"}}, "u": {}})
    assert [(one.table, one.column, one.text) for one in said] == [
        ("t", "", "T"),
        ("t", "a", "A"),
        ("u", "", ""),
    ]


def test_two_rows_that_say_different_things_of_one_column_are_refused() -> None:
    said = found(
        Description("plain", "ümläut", "One", line=2),
        Description("PLAIN", "ümläut", "One", line=3),
        Description("plain", "ÜMLÄUT", "Another", line=4),
    )
    assert said.problems == ("row 4: public.plain.ümläut has another description too, in row 2",)
    assert (said.said, said.unchanged) == ({("public.plain", "ümläut"): "One"}, 1)


def test_what_was_said_since_the_last_sync_is_what_is_said() -> None:
    said = annotations({"table_fqdn": "public.orders", "description": "New words"})
    places = places_of(SHOP, said)
    assert exported(places)[3].text == "New words"
    back = Description("public.orders", "", "One row per checkout that was paid")
    assert matched([back], places).said == {("public.orders", None): back.text}
