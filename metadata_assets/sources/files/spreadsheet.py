"""Workbooks (xlsx, xlsm, xlsb, xls, ods): every sheet that holds a table is one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from metadata_assets.sources.files.contents import OFFICE, SIGNED_BYTES, signed_as
from metadata_assets.sources.files.dialect import regular_dialect, sniffed_types
from metadata_assets.sources.files.grid import Cell, GridTable, find_table, is_missing
from metadata_assets.sources.files.inferred import (
    InferredColumn,
    InferredTable,
    Unreadable,
    confidence,
    evidence,
    unique_names,
)
from metadata_assets.sources.files.values import described
from metadata_assets.sources.files.workbench import Workbench
from metadata_assets.sources.files.workbooks import SAMPLE_ROWS, Sheet

_BIGINT = 2**63
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_MAY_BE_DATE = re.compile(r"(?=.*\d)[\w .,:/+-]{4,35}")


def infer_sheets(path: Path, bench: Workbench) -> list[InferredTable]:
    """Infer a table from each sheet of a workbook.

    Raises:
        Unreadable: It is damaged or protected by a password, or no sheet holds anything.
    """
    path = bench.whole(path)
    _require_workbook(path)
    inferred = [_infer_sheet(sheet, bench) for sheet in bench.sheets(path)]
    tables = [table for table in inferred if table is not None]
    if not tables:
        raise Unreadable("no sheet holds anything")
    return tables


def _require_workbook(path: Path) -> None:
    with path.open("rb") as file:
        beginning = file.read(SIGNED_BYTES)
    kind = signed_as(beginning) or "of a format that no spreadsheet program writes today"
    if kind not in OFFICE:
        raise Unreadable(
            f"the file is {kind}, not a workbook; open it in the program that wrote it, "
            "and save it as .xlsx"
        )


def _infer_sheet(sheet: Sheet, bench: Workbench) -> InferredTable | None:
    table = find_table(sheet.rows, sheet.merges) if sheet.rows and sheet.rows[0] else None
    if table is None:
        return None
    columns = list(zip(*table.body, strict=True)) or [()] * len(table.names)
    # A column without a name and without a value is only there for its format.
    used = [
        n for n, column in enumerate(columns) if table.names[n] or not all(map(is_missing, column))
    ]
    names = unique_names([table.names[n] for n in used])
    present = [[cell for cell in columns[n] if not is_missing(cell)] for n in used]
    return InferredTable(
        columns=tuple(
            InferredColumn(name, _type(cells, bench), properties=confidence(len(cells)))
            for name, cells in zip(names, present, strict=True)
        ),
        row_estimate=len(table.body) + max(0, sheet.height - len(sheet.rows)),
        properties=_evidence(table, sheet),
        part=sheet.name,
    )


def _evidence(table: GridTable, sheet: Sheet) -> str:
    is_whole = sheet.height <= len(sheet.rows)
    return evidence(
        format="workbook",
        header_rows=table.header_rows,
        is_hidden=None if sheet.is_visible else True,
        sample="all rows" if is_whole else f"the first {SAMPLE_ROWS} rows",
        sheet=sheet.name,
        skipped_rows=table.preamble or None,
    )


def _type(cells: Sequence[Cell], bench: Workbench) -> str:
    """The DuckDB type of a column, from the cells that hold something."""
    kinds = {type(cell) for cell in cells}
    if not cells:
        return "VARCHAR"
    if kinds <= {int, float, str} and all(_is_number(cell) for cell in cells):
        return _type_of_numbers([float(cell) for cell in cells])  # type: ignore[arg-type]
    if kinds == {str}:
        return _type_of_texts([str(cell) for cell in cells], bench)
    if kinds <= {dt.date, dt.datetime}:
        return "DATE" if kinds == {dt.date} else "TIMESTAMP"
    types = {bool: "BOOLEAN", dt.time: "TIME", dt.timedelta: "INTERVAL"}
    return types.get(kinds.pop(), "VARCHAR") if len(kinds) == 1 else "VARCHAR"


def _is_number(cell: Cell) -> bool:
    """Whether a cell is a number, be it as text; a code with leading zeros is none."""
    return not isinstance(cell, str) or _NUMBER.fullmatch(cell.strip()) is not None


def _type_of_numbers(numbers: Sequence[float]) -> str:
    # A workbook holds every number as a float.
    is_whole = all(number.is_integer() and abs(number) < _BIGINT for number in numbers)
    return "BIGINT" if is_whole else "DOUBLE"


def _type_of_texts(texts: Sequence[str], bench: Workbench) -> str:
    """Dates and times that were entered as text; anything else stays text."""
    if not all(_MAY_BE_DATE.fullmatch(text.strip()) for text in texts):
        return "VARCHAR"
    copy = bench.csv_of([["text"], *([text] for text in texts)])
    try:
        dialect = regular_dialect(bench, copy, has_header=True)
        types = sniffed_types(bench, copy, dialect, may_have_comma=False)
        (found,) = described(bench, copy, dialect, types)
    except duckdb.Error:
        return "VARCHAR"
    native_type = found.native_type(types.native[0])
    return native_type if native_type.startswith(("DATE", "TIME")) else "VARCHAR"
