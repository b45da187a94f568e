"""The rows of a data dictionary in a CSV file, a folder of them, or a workbook: all as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from metadata_assets.errors import SourceRefused
from metadata_assets.sources.data_dictionary.columns import plain_header
from metadata_assets.sources.files.delimited import infer_delimited
from metadata_assets.sources.files.delimiters import declared_delimiter
from metadata_assets.sources.files.folder import data_files
from metadata_assets.sources.files.formats import patterns, reader_of
from metadata_assets.sources.files.grid import Cell
from metadata_assets.sources.files.inferred import Unreadable
from metadata_assets.sources.files.layout import find_layout
from metadata_assets.sources.files.packed import inner_name, unpacked
from metadata_assets.sources.files.spreadsheet import infer_sheets
from metadata_assets.sources.files.text import read_sample
from metadata_assets.sources.files.workbench import SECONDS
from metadata_assets.sources.files.workbooks import CellReader, Sheet
from metadata_assets.sources.information_schema.warehouse import Answer

FILES = patterns(infer_delimited, infer_sheets)
"""The files a folder is searched for."""

_USUAL: Mapping[str, tuple[str, ...]] = {
    "tables": ("tablemetadata", "tables"),
    "columns": ("columnmetadata", "columns"),
    "views": ("viewdefinitions", "views"),
}
_MOST_ROWS = 1_000_000
_LONGEST_VALUE = 16 * 1024 * 1024


def read_files(path: str, places: Mapping[str, str]) -> dict[str, Answer]:
    """The parts of a dictionary that are there.

    Args:
        path: A file, or a folder.
        places: The file or sheet of each part by name; where empty, one of the usual name.

    Raises:
        SourceUnavailable: There is nothing at the path.
        SourceRefused: A file cannot be read, or what is named is not there.
    """
    found: dict[str, Answer] = {}
    with closing(CellReader(SECONDS, _MOST_ROWS)) as cells:
        for file in data_files(path, FILES):
            try:
                for name, answer in _read(file.path, cells).items():
                    found[name] = _joined(found[name], answer) if name in found else answer
            except (Unreadable, OSError, csv.Error) as error:
                raise SourceRefused(f"it cannot be read: {error}", where=str(file.path)) from None
    chosen = dict(_chosen(found, places, path))
    wide = [answer for answer in found.values() if len(answer.columns) > 1]
    if len(wide) == 1 and not any(places.values()):
        # One table beside lists and notes: the rows about columns, whatever it is called.
        return {part: a for part, a in chosen.items() if a is not wide[0]} | {"columns": wide[0]}
    return chosen


def _joined(one: Answer, other: Answer) -> Answer:
    """The rows of both: of a dictionary with a workbook, or a folder, for each domain."""
    columns = tuple(dict.fromkeys((*one.columns, *other.columns)))
    return one.only(columns).and_also(other.only(columns))


def _chosen(
    found: Mapping[str, Answer], places: Mapping[str, str], path: str
) -> Iterator[tuple[str, Answer]]:
    known = {_plain(name): answer for name, answer in found.items()}
    for part, place in places.items():
        names = (_plain(place),) if place else _USUAL[part]
        answer = next((known[name] for name in names if name in known), None)
        if answer is not None:
            yield part, answer
        elif place:
            raise SourceRefused(
                f"there is no file or sheet `{place}`",
                where=path,
                remedy=f"There are: {', '.join(sorted(found))}.",
            )


def _read(path: Path, cells: CellReader) -> dict[str, Answer]:
    if reader_of(path) is infer_sheets:
        sheets = cells.sheets(path)
        return {
            sheet.name: answer
            for sheet in sheets
            for answer in [_answer(_unmerged(sheet))]
            if answer is not None
        }
    answer = _answer(list(_delimited(path)))
    return {} if answer is None else {Path(inner_name(path)).stem: answer}


def _unmerged(sheet: Sheet) -> list[list[str]]:
    """The rows of a sheet; a cell that spans several stands in each of them."""
    rows = [[_text(cell) for cell in row] for row in sheet.rows]
    for (top, left), (bottom, _) in sheet.merges:
        for row in rows[top + 1 : bottom + 1]:
            row[left:] = [rows[top][left], *row[left + 1 :]]
    return rows


def _delimited(path: Path) -> Iterator[list[str]]:
    sample = read_sample(path)
    declared, layout = declared_delimiter(sample.text), find_layout(sample.text)
    delimiter = declared[1] if declared else layout.delimiter if layout else ","
    csv.field_size_limit(_LONGEST_VALUE)
    with unpacked(path) as file:
        lines = io.TextIOWrapper(file, sample.encoding, errors="replace", newline="")
        yield from csv.reader(lines, delimiter=delimiter)


def _answer(rows: Sequence[Sequence[str]]) -> Answer | None:
    """Rows below a header: the first row that is no title over them, of a list the first."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return None
    start = next((n for n, row in enumerate(filled) if sum(map(bool, row)) > 1), 0)
    header, width = tuple(map(plain_header, filled[start])), len(filled[start])
    # A header may span two rows, or be repeated on every page.
    below = (row for row in filled[start + 1 :] if row != filled[start])
    body = ([*row, *[""] * width][:width] for row in below)
    return Answer(header, tuple(tuple(cell.strip() or None for cell in row) for row in body))


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _plain(name: str) -> str:
    """A name as it is compared: `Table_Metadata` is the sheet `table metadata`."""
    return re.sub(r"[\W_]+", "", name.lower())
