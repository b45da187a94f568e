"""A second reading of delimited text, for files whose rows do not fit together.

DuckDB's sniffer looks for rows of equal width, and gives up the header or the delimiter of a file
where they are not. People read such a file by its header: rows that are too short or too long are
the exception. So does this module: it finds delimiter and header, and cuts or fills the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from metadata_assets.sources.files.delimiters import DELIMITERS, rows_of_known
from metadata_assets.sources.files.periods import name_years
from metadata_assets.sources.files.rows import (
    Rows,
    common_width,
    is_number,
    lines_below,
    lines_of,
    rows_of,
    with_row_names,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text divides into rows and fields.

    Attributes:
        delimiter: Between fields.
        preamble: How many rows precede the table.
        has_header: Whether the table's first row names its columns.
        rows: The table's rows, all as wide as the first.
    """

    delimiter: str
    preamble: int
    has_header: bool
    rows: Rows


def is_doubtful(text: str, delimiter: str, quote: str, width: int, skipped: int) -> bool:
    """Whether a sniffed dialect is likely wrong.

    Args:
        text: What was sniffed.
        delimiter: As sniffed.
        quote: As sniffed; empty for none.
        width: The number of columns found.
        skipped: How many lines were skipped as a preamble.
    """
    if width == 1:
        return any(_is_divided(rows_of(text, candidate)) for candidate in DELIMITERS)
    if skipped == 0:
        return False
    # Rows dropped as a preamble should be fewer than those that were kept.
    dropped = rows_of("\n".join(lines_of(text)[:skipped]), delimiter, quote)
    return len(dropped) * 2 >= len(rows_of(text, delimiter, quote))


def misjudged_header(text: str, delimiter: str, quote: str, skipped: int) -> Layout | None:
    """The layout of a table whose header the sniffer took for values, or for a line above them.

    Args:
        text: What was sniffed; no header was found.
        delimiter: As sniffed.
        quote: As sniffed; empty for none.
        skipped: How many lines were skipped as a preamble.
    """
    rows = rows_of(lines_below(text, skipped), delimiter, quote)
    if rows and name_years(rows[0]):
        return Layout(delimiter, skipped, True, fitted(rows, len(rows[0])))
    if len(rows) > 1 and _names_all_but_the_last(rows):
        return Layout(delimiter, skipped, True, rows)
    above = rows_of(lines_of(text)[skipped - 1], delimiter, quote) if skipped else []
    divided = [*above, *rows]
    named = with_row_names(divided)
    return None if named is divided else Layout(delimiter, skipped - len(above), True, named)


def _names_all_but_the_last(rows: Rows) -> bool:
    """Whether the sniffer found no header for a delimiter behind the last field of every row."""
    *names, last = rows[0]
    return (
        common_width(rows) > 1
        and not any(row[-1] for row in rows)
        and len({*names, last}) == len(rows[0])
        and not any(name[:1].isdigit() or is_number(name) for name in names)
    )


def find_layout(text: str, delimiter: str | None = None) -> Layout | None:
    """The layout that fits best; None where the text is not divided at all.

    Args:
        text: A table.
        delimiter: Its delimiter, where that is known.
    """
    if delimiter:
        rows = rows_of_known(text, delimiter)
        return _layout(delimiter, rows) if rows else None
    divided = [
        (d, rows) for d in DELIMITERS if (rows := rows_of_known(text, d)) and _is_divided(rows)
    ]
    if not divided:
        whole = rows_of(text, ",")
        return _layout(",", whole) if whole else None
    return _layout(*max(divided, key=lambda found: _regularity(found[1])))


def _layout(delimiter: str, rows: Rows) -> Layout:
    usual = _usual_width(rows)
    first = next(
        (n for n, row in enumerate(rows) if len(row) >= usual and any(map(str.strip, row))), 0
    )
    width = len(rows[first])
    last = len(rows)
    # A count of rows, or whatever else is no row: the first one keeps its place.
    while width > 1 and last > first + 1 and len(rows[last - 1]) == 1:
        last -= 1
    return Layout(
        delimiter=delimiter,
        preamble=first,
        has_header=not any(map(is_number, rows[first])) or name_years(rows[first]),
        rows=fitted(rows[first:last], width),
    )


def fitted(rows: Rows, width: int) -> Rows:
    """The rows, cut or filled to a width."""
    return [(row + [""] * (width - len(row)))[:width] for row in rows]


def _is_divided(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a header of several fields, or rows of one same width, speak for the delimiter."""
    if not rows:
        return False
    several = sum(len(row) > 1 for row in rows)
    if several * 2 < len(rows):
        return False
    usual = _usual_width(rows)
    alike = sum(len(row) == usual for row in rows)
    return len(rows[0]) > 1 or alike * 5 >= 3 * len(rows)


def _regularity(rows: Sequence[Sequence[str]]) -> tuple[int, bool, int, int]:
    usual = _usual_width(rows)
    alike = sum(len(row) == usual > 1 for row in rows)
    # What divides no header is met within fields; a title may be divided by anything.
    return alike * 10 // len(rows), len(rows[0]) > 1, alike, usual


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    # Of equally frequent widths the one met first: that of the header.
    return Counter(len(row) for row in rows).most_common(1)[0][0]
