"""What stands above a table and is no row of it, such as what a bank says of an account.

A line of fewer fields may as well be a header, or a short row. What tells is the row below: it
names the columns, and there are values under the names. A title as wide as the table, `Report;;;`,
stays its header: so DuckDB and others read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from metadata_assets.sources.files.delimiters import DELIMITERS
from metadata_assets.sources.files.layout import Layout, fitted
from metadata_assets.sources.files.periods import name_years
from metadata_assets.sources.files.rows import Rows, is_number, rows_of


def table_within(text: str) -> Layout | None:
    """The table below rows of fewer fields; None where there is none, or it comes first.

    Args:
        text: What the sniffer does not divide, or not well.
    """
    found = [layout for sign in DELIMITERS if (layout := _first_table(text, sign))]
    largest = max(found, key=lambda layout: len(layout.rows) * len(layout.rows[0]), default=None)
    return largest if largest and largest.preamble else None


def _first_table(text: str, delimiter: str) -> Layout | None:
    """The table that begins with the first names above values; the rows above must be narrower."""
    rows = rows_of(text, delimiter)
    above = 0
    for width, group in groupby(rows, key=len):
        block = list(group)
        if width > 1 and _names_columns(block[0]) and _has_values(block[1:]):
            if any(len(row) >= width for row in rows[:above]):
                return None
            last = max(n for n, row in enumerate(rows) if len(row) == width)
            return Layout(delimiter, above, True, fitted(rows[above : last + 1], width))
        above += len(block)
    return None


def _names_columns(row: Sequence[str]) -> bool:
    """Whether nearly every field has a name; the last one may be empty behind a delimiter."""
    named = sum(bool(cell.strip()) for cell in row)
    return named * 4 >= 3 * len(row) and (not any(map(is_number, row)) or name_years(row))


def _has_values(rows: Rows) -> bool:
    """Whether a column holds nothing but numbers."""
    columns = ([cell for cell in column if cell.strip()] for column in zip(*rows, strict=True))
    return any(column and all(map(is_number, column)) for column in columns)
