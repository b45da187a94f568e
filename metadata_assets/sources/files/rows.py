"""The rows of a text, divided by a given delimiter."""

from __future__ import annotations

import csv
import io

_SINGLE = "\x1f"
"""What stands for a delimiter of several characters."""

# The module's limit of 128 KB is for all of a process; documents and pictures are longer fields.
csv.field_size_limit(16 * 1024 * 1024)

Rows = list[list[str]]


def rows_of(text: str, delimiter: str, quote: str = '"') -> Rows:
    """The rows that are neither blank nor a comment."""
    if len(delimiter) > 1:
        text, delimiter = text.replace(delimiter, _SINGLE), _SINGLE
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        skipinitialspace=delimiter == " ",
    )
    try:
        return [row for row in reader if row and not row[0].startswith("#")]
    except csv.Error:
        # A field beyond the module's size limit: this delimiter does not divide the text.
        return []


def is_number(cell: str) -> bool:
    """Whether a text is a number, with a point or a comma."""
    return cell.strip().lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdigit()


def common_width(rows: Rows) -> int:
    """How wide all of the rows are; 0 where they differ, or are fewer than two."""
    widths = {len(row) for row in rows}
    return widths.pop() if len(rows) > 1 and len(widths) == 1 else 0
