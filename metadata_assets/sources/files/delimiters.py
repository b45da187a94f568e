"""What may stand between the fields of a text, and the rows it divides the text into.

DuckDB's sniffer knows the common delimiters. The others are taken only where every row, the header
among them, is equally wide by it: their signs are met in the fields of ordinary files too.
"""

from __future__ import annotations

import csv
import io
import re

DELIMITERS = (",", ";", "\t", "|")
"""The common delimiters."""

_RARE = ("^", "~", "\x01", "\x1f", "\x1e", "¦", "¬", "§", "||", "~|~", "::")
"""Nothing but delimiters, where there are as many in every row."""
_WEAK = (":", " ")
"""Met in dates, times and sentences: taken only where nothing else divides the text."""
_SINGLE = "\x1f"
"""What stands for a delimiter of several characters."""
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
BLANK = " "
"""The delimiter of columns that are aligned by blanks, one or several."""

Rows = list[list[str]]


def rare_delimiter(text: str, found: str, width: int) -> str | None:
    """A delimiter that divides every row alike, and more than the one that was found.

    Args:
        text: A table.
        found: The common delimiter that was found, if any.
        width: How many columns it makes.
    """
    for delimiter in _RARE:
        if delimiter in text:
            rare = _common_width(rows_of(text, delimiter))
            if rare > width or (rare > 1 and found and found in delimiter):
                return delimiter
    # A comma in no name may be a decimal one.
    if width > 1 and found in text.lstrip().partition("\n")[0]:
        return None
    return next((weak for weak in _WEAK if _has_columns(rows_of_rare(text, weak))), None)


def rows_of_rare(text: str, delimiter: str) -> Rows:
    """The rows of a text by a delimiter that `rare_delimiter` found."""
    if delimiter != BLANK:
        return rows_of(text, delimiter)
    lines = "\n".join(line.strip() for line in text.splitlines())
    # `New York  8` has two columns where gaps of several blanks divide every row alike.
    by_gaps = rows_of(_GAP.sub(_SINGLE, lines), _SINGLE)
    return by_gaps if _common_width(by_gaps) > 1 else rows_of(lines, BLANK)


def rows_of(text: str, delimiter: str, quote: str = '"') -> Rows:
    """The rows that are neither blank nor a comment."""
    if len(delimiter) > 1:
        text, delimiter = text.replace(delimiter, _SINGLE), _SINGLE
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        skipinitialspace=delimiter == BLANK,
    )
    try:
        return [row for row in reader if row and not row[0].startswith("#")]
    except csv.Error:
        # A field beyond the module's size limit: this delimiter does not divide the text.
        return []


def is_number(cell: str) -> bool:
    """Whether a text is a number, with a point or a comma."""
    return cell.strip().lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdigit()


def _common_width(rows: Rows) -> int:
    """How wide all of the rows are; 0 where they differ, or are fewer than two."""
    widths = {len(row) for row in rows}
    return widths.pop() if len(rows) > 1 and len(widths) == 1 else 0


def _has_columns(rows: Rows) -> bool:
    """Whether rows are alike, and a column of numbers below a name tells that it is no prose."""
    return _common_width(rows) > 1 and any(
        all(map(is_number, column[1:])) for column in zip(*rows, strict=True)
    )
