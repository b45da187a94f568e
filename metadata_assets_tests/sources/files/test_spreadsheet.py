from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyxlsbwriter import XlsbWriter

from metadata_assets.sources.files import workbooks
from metadata_assets.sources.files.inferred import InferredTable, Unreadable
from metadata_assets.sources.files.spreadsheet import infer_sheets
from metadata_assets.sources.files.workbench import Workbench, workbench
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.sources.files.workbook_files import write_workbook

IMPACT = "Cumulative impact of changes on cost of food basket"
DAY = dt.date(2024, 1, 31)
MOMENT = dt.datetime.fromisoformat("2024-01-31T12:30")


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    with workbench() as opened:
        yield opened


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def columns(table: InferredTable) -> list[tuple[str, str]]:
    return [(column.name, column.native_type) for column in table.columns]


def test_every_sheet_that_holds_something_is_a_table(bench: Workbench, book: Path) -> None:
    write_workbook(book, {"One": [["a"], [1]], "Empty": [], "Two & 3": [["b"], ["x"]]})
    tables = infer_sheets(book, bench)
    assert [(table.part, columns(table)) for table in tables] == [
        ("One", [("a", "BIGINT")]),
        ("Two & 3", [("b", "VARCHAR")]),
    ]


@pytest.mark.parametrize(
    ("cells", "native_type"),
    [
        ([1, 2], "BIGINT"),
        ([1, 2.5], "DOUBLE"),
        ([1, None, "n/a"], "BIGINT"),
        (["1", "2"], "BIGINT"),
        ([1, "2.5"], "DOUBLE"),
        (["007", "42"], "VARCHAR"),
        ([1, "x"], "VARCHAR"),
        ([1e300, 2], "DOUBLE"),
        ([True, False], "BOOLEAN"),
        ([DAY, DAY], "DATE"),
        ([DAY, MOMENT], "TIMESTAMP"),
        (["2024-01-31", "2024-02-01"], "DATE"),
        (["31/12/2024", "01/02/2024"], "DATE"),
        (["12/31/2024", "02/01/2024"], "DATE"),
        (["2024-01-31 12:30:00", "2024-02-01 00:00:00"], "TIMESTAMP"),
        (["12:30:00", "00:00:01"], "TIME"),
        ([DAY, "soon"], "VARCHAR"),
        (["A-1", "B-22"], "VARCHAR"),
        ([None, None], "VARCHAR"),
    ],
)
def test_types_are_inferred_from_the_cells(
    bench: Workbench, book: Path, cells: list[Any], native_type: str
) -> None:
    write_workbook(book, {"S": [["name", "value"], *(["x", cell] for cell in cells)]})
    (table,) = infer_sheets(book, bench)
    assert columns(table) == [("name", "VARCHAR"), ("value", native_type)]


def test_names_are_made_unique_and_nameless_empty_columns_left_out(
    bench: Workbench, book: Path
) -> None:
    write_workbook(
        book, {"S": [["id", "Id", None, None, "x"], [1, "a", "b", None, 1], [2, "c", "d", None, 1]]}
    )
    (table,) = infer_sheets(book, bench)
    assert [name for name, _ in columns(table)] == ["id", "Id_1", "column2", "x"]


def test_merged_header_cells_are_read(bench: Workbench, book: Path) -> None:
    rows = [["Region", "Sales", None], [None, "net", "gross"], ["North", 1.5, 2.5]]
    write_workbook(book, {"S": rows}, {"S": ["A1:A2", "B1:C1"]})
    (table,) = infer_sheets(book, bench)
    assert columns(table) == [
        ("Region", "VARCHAR"),
        ("Sales net", "DOUBLE"),
        ("Sales gross", "DOUBLE"),
    ]


def test_the_evidence_is_kept(bench: Workbench, book: Path) -> None:
    write_workbook(book, {"S": [["A title", None], ["id", "name"], [1, "x"]]})
    (table,) = infer_sheets(book, bench)
    assert table.properties == (
        '{"format":"workbook","header_rows":1,"sample":"all rows","sheet":"S","skipped_rows":1}'
    )
    assert table.row_estimate == 1


def test_of_a_long_sheet_the_beginning_is_read(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "SAMPLE_ROWS", 10)
    write_workbook(book, {"S": [["id"], *([n] for n in range(50))]})
    with workbench() as own:
        (table,) = infer_sheets(book, own)
    assert table.row_estimate == 50
    assert columns(table) == [("id", "BIGINT")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b"PK\x03\x04broken",
            r"no workbook, or a damaged one \(.+\); open it and save it again as .xlsx",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
            r"no workbook, or a damaged one \(.+\)",
        ),
        (
            b"\x09\x00\x04\x00\x02\x00\x10\x00",
            "not a workbook; open it in the program that wrote it",
        ),
        (b"%PDF-1.7", "the file is a PDF document, not a workbook"),
    ],
)
def test_a_damaged_workbook_is_refused_and_the_next_one_read(
    bench: Workbench, book: Path, content: bytes, reason: str
) -> None:
    book.write_bytes(content)
    with pytest.raises(Unreadable, match=reason):
        infer_sheets(book, bench)
    write_workbook(book, {"S": [["a"], [1]]})
    assert len(infer_sheets(book, bench)) == 1


def test_two_cells_far_apart_do_not_exhaust_the_memory(bench: Workbench, book: Path) -> None:
    write_workbook(book, {"S": [["a"], [1]]})
    _put_far_cell(book)
    with pytest.raises(Unreadable, match="takes too much memory; clear cells far from its table"):
        infer_sheets(book, bench)
    write_workbook(book, {"S": [["a"], [1]]})
    assert len(infer_sheets(book, bench)) == 1


def test_a_number_that_is_no_duration_is_told(bench: Workbench, book: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook["Sheet"].append(["span", 2e9])
    workbook["Sheet"]["B1"].number_format = "[h]:mm"
    workbook.save(book)
    with pytest.raises(Unreadable, match="formatted as a duration and too large"):
        infer_sheets(book, bench)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_opened(bench: Workbench, book: Path) -> None:
    write_workbook(book, {"S": [["a"], [1]]})
    content = book.read_bytes()
    # Of the first entry in the archive's directory: the size that it declares.
    declared = content.index(b"PK\x01\x02") + 24
    huge = (3 * 10**9).to_bytes(4, "little")
    book.write_bytes(content[:declared] + huge + content[declared + 4 :])
    with pytest.raises(Unreadable, match=r"unpacks to 3\.0 GB.*save its sheets as \.csv"):
        infer_sheets(book, bench)


def _put_far_cell(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", row)
    with zipfile.ZipFile(book, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_workbook_that_takes_too_long_is_given_up(
    book: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "slow.py"
    script.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(workbooks, "_SCRIPT", script)
    reader = workbooks.CellReader(seconds=0.2)
    write_workbook(book, {"S": [["a"], [1]]})
    with pytest.raises(Unreadable, match=r"takes more than 0\.2 seconds; "):
        reader.sheets(book)
    reader.close()


def test_a_binary_workbook_reads_as_any_other(bench: Workbench, tmp_path: Path) -> None:
    header = ["Order no", "When", "Amount", "Paid", "Note", "Day"]
    body = [[n, MOMENT, n * 1.5, n % 2 == 0, f"text {n}", DAY] for n in range(1, 13)]
    with XlsbWriter(str(tmp_path / "book.xlsb")) as writer:
        for name in ("Orders", "Zweites Blatt"):
            writer.add_sheet(name)
            writer.write_sheet([header, *body])
    write_workbook(tmp_path / "book.xlsx", {"Orders": [header, *body]})

    orders, second = infer_sheets(tmp_path / "book.xlsb", bench)
    (same,) = infer_sheets(tmp_path / "book.xlsx", bench)

    types = ["BIGINT", "TIMESTAMP", "DOUBLE", "BOOLEAN", "VARCHAR", "DATE"]
    assert columns(orders) == columns(same) == list(zip(header, types, strict=True))
    assert (second.part, second.row_estimate) == ("Zweites Blatt", 12)


@needs_realdata
@pytest.mark.parametrize(
    ("file", "position", "expected"),
    [
        (
            "readxl/extdata/deaths.xlsx",
            0,
            [
                ("Name", "VARCHAR"),
                ("Profession", "VARCHAR"),
                ("Age", "BIGINT"),
                ("Has kids", "BOOLEAN"),
                ("Date of birth", "DATE"),
                ("Date of death", "DATE"),
            ],
        ),
        (
            "frictionless-py/multiline-headers.xlsx",
            0,
            [
                ("Region", "VARCHAR"),
                ("Caloric contribution (%)", "VARCHAR"),
                (
                    "Cumulative impact of changes on cost of food basket from previous quarter",
                    "VARCHAR",
                ),
                (
                    "Cumulative impact of changes on cost of food basket from baseline (%)",
                    "VARCHAR",
                ),
            ],
        ),
        (
            "csvkit/sheets.xls",
            0,
            [
                ("text", "VARCHAR"),
                ("date", "DATE"),
                ("integer", "BIGINT"),
                ("boolean", "BOOLEAN"),
                ("float", "DOUBLE"),
                ("datetime", "TIMESTAMP"),
                ("empty_column", "VARCHAR"),
                ("column7", "VARCHAR"),
            ],
        ),
        (
            "frictionless-py/table-with-two-sheets.ods",
            1,
            [("a", "BIGINT"), ("b", "BIGINT"), ("c", "BIGINT")],
        ),
        (
            "readxl/unnamed-duplicated-columns.xlsx",
            0,
            [
                ("column0", "BIGINT"),
                ("var2", "VARCHAR"),
                ("column2", "DOUBLE"),
                ("var2_1", "VARCHAR"),
            ],
        ),
    ],
)
def test_real_workbooks_read_as_their_readers_see_them(
    bench: Workbench, file: str, position: int, expected: list[tuple[str, str]]
) -> None:
    tables = infer_sheets(REALDATA / "files" / file, bench)
    assert columns(tables[position]) == expected


@needs_realdata
def test_the_levels_of_a_real_header_are_joined(bench: Workbench) -> None:
    (table,) = infer_sheets(REALDATA / "files/frictionless-py/issue-320.xlsx", bench)
    names = [name for name, _ in columns(table)]
    assert names[:6] == [
        "Country",
        "Level 1 Name",
        "Area",
        "Analysis Name",
        "Date of Analysis",
        "Country Population",
    ]
    assert "First Projection Phase 1 %" in names
    assert json.loads(table.properties)["header_rows"] == 3
