"""Descriptions in files that people edit: CSV, and sheets of Excel.

The columns are table_name, column_name, data_type and column_description; a row without a
column_name is about the table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import charset_normalizer
import python_calamine
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils.escape import escape

from metadata_assets.errors import ConfigurationError
from metadata_assets.quality.descriptions import CELL, Description

HEADER = ("table_name", "column_name", "data_type", "column_description")
"""The columns; the first and the last of them are needed."""

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_WIDTHS = (34, 28, 22, 90)


def write_sheet(path: Path, descriptions: Iterable[Description]) -> None:
    """Write descriptions into a file, CSV or Excel by its name."""
    rows = ((one.table, one.column, one.data_type, one.text) for one in descriptions)
    if path.suffix.lower() == ".xlsx":
        _write_workbook(path, rows)
    elif path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
    else:
        raise _unknown(path)


def read_sheet(path: Path) -> list[Description]:
    """The descriptions in a file.

    Raises:
        ConfigurationError: It is no such file, or lacks a column.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx", ".xlsm", ".xls", ".ods"):
        raise _unknown(path)
    try:
        rows = _csv_rows(path) if suffix == ".csv" else _workbook_rows(path)
    except FileNotFoundError:
        raise ConfigurationError("there is no such file", where=str(path)) from None
    except (OSError, csv.Error, python_calamine.CalamineError) as error:
        raise ConfigurationError(f"it cannot be read: {error}", where=str(path)) from error
    if not rows:
        raise ConfigurationError("it is empty", where=str(path))
    places = _places(rows[0], path)
    return [
        Description(
            table=_cell(row, places["table_name"]),
            column=_cell(row, places.get("column_name")),
            text=_cell(row, places["column_description"]),
            data_type=_cell(row, places.get("data_type")),
            line=line,
        )
        for line, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def _places(header: Sequence[str], path: Path) -> dict[str, int]:
    places = {name.strip().lower(): place for place, name in enumerate(header)}
    missing = [name for name in ("table_name", "column_description") if name not in places]
    if missing:
        raise ConfigurationError(
            f"its first row lacks {' and '.join(missing)}",
            where=str(path),
            remedy=f"The columns are {', '.join(HEADER)}.",
        )
    return places


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _csv_rows(path: Path) -> list[list[str]]:
    text = _decoded(path.read_bytes())
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _decoded(content: bytes) -> str:
    # Excel writes the code page of its machine, most often the western one.
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return str(charset_normalizer.from_bytes(content).best() or content.decode("latin-1"))


def _workbook_rows(path: Path) -> list[list[str]]:
    with path.open("rb") as file:
        sheet = python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        return [[_text(cell) for cell in row] for row in sheet.to_python()]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _write_workbook(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("descriptions")
    sheet.freeze_panes = "A2"
    for place, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCD"[place]].width = width
    heads = [WriteOnlyCell(sheet, name) for name in HEADER]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        cells = [WriteOnlyCell(sheet, _as_cell(text)) for text in row]
        for cell in cells:
            cell.data_type = "s"  # a description may begin with =
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)
    workbook.save(path)


def _as_cell(text: str) -> str:
    # `_x0041_` is how a workbook writes an `A`; where it is meant as it stands, it is escaped.
    escaped = escape(_ESCAPE.sub("_x005F_", text[:CELL]))
    return escaped if len(escaped) <= CELL else _as_cell(text[: CELL // len("_x005F_")])


def _unknown(path: Path) -> ConfigurationError:
    return ConfigurationError(
        "it is neither a CSV file nor a workbook",
        where=str(path),
        remedy="Give it a name that ends in .csv or .xlsx.",
    )
