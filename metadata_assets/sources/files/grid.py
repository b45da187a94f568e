"""Find the table in a sheet: which rows are its header, and which its body.

People put titles, notes and units around their tables, and merge header cells. What gives a table
away is where text turns into values: below that line the columns hold numbers, dates or booleans.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from metadata_assets.sources.files.missing import is_mark
from metadata_assets.sources.files.periods import names_periods

Cell = bool | int | float | str | dt.date | dt.time | dt.timedelta
Grid = list[list[Cell]]
Merge = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of a merged range, as row and column."""

_HEADER_ROWS = 3


@dataclass(frozen=True, slots=True)
class GridTable:
    """The table in a grid.

    Attributes:
        names: The header's text by column, empty where there is none.
        body: The rows below it, footnotes cut off.
        preamble: How many rows precede the header.
        header_rows: How many rows the header has.
    """

    names: tuple[str, ...]
    body: Grid
    preamble: int
    header_rows: int


def find_table(grid: Grid, merges: Sequence[Merge] = ()) -> GridTable | None:
    """The table in a grid; None where every cell is empty.

    Args:
        grid: Rows of equal width; an empty cell is an empty text.
        merges: Merged ranges, counted from the grid's first cell.
    """
    if not any(_is_filled(row) for row in grid):
        return None
    last = _last_header_row(grid)
    if last is None:
        names = ("",) * len(grid[0])
        return GridTable(names, _without_footnotes(grid), preamble=0, header_rows=0)
    merges = _within(grid, merges)
    last = _through_merges(last, merges)
    headers = _spread(grid, merges, last + 1)
    first = _first_header_row(headers, merges)
    return GridTable(
        names=tuple(_joined(column) for column in zip(*headers[first:], strict=True)),
        body=_without_footnotes(_first_table(grid[last + 1 :])),
        preamble=first,
        header_rows=last + 1 - first,
    )


def is_missing(cell: Cell) -> bool:
    """Whether a cell holds nothing, or a usual mark for nothing."""
    return isinstance(cell, str) and is_mark(cell)


def _last_header_row(grid: Grid) -> int | None:
    """The row above the first values; None where the values begin at once."""
    above = [_row_above_values(column) for column in zip(*grid, strict=True)]
    votes = [row for row in above if row is not None]
    if not votes:
        row = _first_wide_row(grid)
        is_header = names_periods(grid[row]) or all(isinstance(cell, str) for cell in grid[row])
        return row if is_header else None
    row, _ = Counter(votes).most_common(1)[0]
    # Years and dates are values, and yet may be a header.
    if row + 1 < len(grid) and names_periods(grid[row + 1]):
        return row + 1
    return row if row >= 0 else None


def _row_above_values(column: Sequence[Cell]) -> int | None:
    """The row above a column's first value, -1 where there is none; None for a column of text."""
    filled = [(n, cell) for n, cell in enumerate(column) if not is_missing(cell)]
    first = next((n for n, (_, cell) in enumerate(filled) if not isinstance(cell, str)), None)
    if first is None:
        return None
    below = filled[first:]
    kind, count = Counter(_kind(cell) for _, cell in below).most_common(1)[0]
    # A number somewhere in a column of text makes no column of numbers.
    if kind == "text" or count * 5 < len(below) * 4 or first > max(_HEADER_ROWS, count):
        return None
    return filled[first - 1][0] if first else below[0][0] - 1


def _kind(cell: Cell) -> str:
    if isinstance(cell, str):
        return "text"
    if isinstance(cell, dt.date):
        return "date"
    # True is an int to Python, not to a spreadsheet.
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return "number" if is_number else type(cell).__name__


def _first_wide_row(grid: Grid) -> int:
    """In a sheet of nothing but text: the first row that is about as wide as the widest."""
    widths = [sum(not is_missing(cell) for cell in row) for row in grid]
    return next(n for n, width in enumerate(widths) if width * 10 >= max(widths) * 7)


def _within(grid: Grid, merges: Sequence[Merge]) -> list[Merge]:
    """The merged ranges as far as the grid reaches: the cells beyond it are empty."""
    height, width = len(grid), len(grid[0])
    return [
        ((top, left), (min(bottom, height - 1), min(right, width - 1)))
        for (top, left), (bottom, right) in merges
        if top < height and left < width
    ]


def _through_merges(last: int, merges: Sequence[Merge]) -> int:
    """The last row of the cells that are merged downwards from a header row."""
    return max([last, *(bottom for (top, _), (bottom, _) in merges if top <= last < bottom)])


def _first_header_row(headers: Grid, merges: Sequence[Merge]) -> int:
    """Where the header begins that ends with the last of these rows."""
    first = last = len(headers) - 1
    while (
        first > 0
        and last + 1 - first < _HEADER_ROWS
        and _belongs(headers[first - 1], headers[first], _across(merges, first - 1))
    ):
        first -= 1
    # A cell merged downwards begins the header where it begins.
    return min([first, *(top for (top, _), (bottom, _) in merges if top < first <= bottom <= last)])


def _belongs(upper: Sequence[Cell], lower: Sequence[Cell], merged: set[int]) -> bool:
    """Whether a row is a further row of the header below it."""
    if not all(isinstance(cell, str) for cell in upper):
        return False
    if merged:
        # Groups of columns: beside them the upper row is empty, or the lower one is.
        alone = [n for n in range(len(upper)) if n not in merged]
        return len(merged) < len(upper) and all(
            is_missing(upper[n]) or is_missing(lower[n]) or upper[n] == lower[n] for n in alone
        )
    return len(upper) > 1 and not any(is_missing(cell) for cell in (*upper, *lower))


def _across(merges: Sequence[Merge], row: int) -> set[int]:
    """The columns of a row that are merged with their neighbours."""
    return {
        column
        for (top, left), (bottom, right) in merges
        if top <= row <= bottom and left < right
        for column in range(left, right + 1)
    }


def _spread(grid: Grid, merges: Sequence[Merge], rows: int) -> Grid:
    """The first rows, each merged range filled with its text."""
    filled = [list(row) for row in grid[:rows]]
    for (top, left), (bottom, right) in merges:
        for row in filled[top : bottom + 1]:
            row[left : right + 1] = [grid[top][left]] * (right + 1 - left)
    return filled


def _first_table(rows: Grid) -> Grid:
    """The filled rows, up to a gap below which text stands under values.

    That is a total, a remark or another table.
    """
    body: Grid = []
    for is_filled, block in groupby(rows, key=_is_filled):
        if not is_filled:
            continue
        below = list(block)
        if body and _has_text_under_values(body, below):
            break
        body += below
    return body


def _has_text_under_values(above: Grid, below: Grid) -> bool:
    columns = zip(zip(*above, strict=True), zip(*below, strict=True), strict=True)
    return any(_is_of_values(upper) and any(map(_is_word, lower)) for upper, lower in columns)


def _is_of_values(column: Sequence[Cell]) -> bool:
    present = [cell for cell in column if not is_missing(cell)]
    return len(present) > 1 and not any(isinstance(cell, str) for cell in present)


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and not is_missing(cell)


def _without_footnotes(body: Grid) -> Grid:
    """The rows up to the last that holds a value in one of the columns of values."""
    above = [_row_above_values(column) for column in zip(*body, strict=True)]
    columns = [n for n, row in enumerate(above) if row is not None]
    with_values = [
        n for n, row in enumerate(body) if any(not isinstance(row[c], str) for c in columns)
    ]
    return body[: with_values[-1] + 1] if with_values else body


def _joined(parts: Iterable[Cell]) -> str:
    """The texts of a header column from top to bottom, repetitions once."""
    return " ".join(_without_repetition(" ".join(_text(part).split()) for part in parts))


def _without_repetition(texts: Iterable[str]) -> Iterator[str]:
    previous = ""
    for text in texts:
        if text and text != previous:
            yield text
            previous = text


def _text(cell: Cell) -> str:
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _is_filled(row: Sequence[Cell]) -> bool:
    return any(cell != "" for cell in row)
