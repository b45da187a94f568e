"""What may stand between the fields of a text.

DuckDB's sniffer knows the common delimiters. The others are taken only where every row, the header
among them, is equally wide by it: their signs are met in the fields of ordinary files too.
"""

from __future__ import annotations

import re

from metadata_assets.sources.files.aligned import rows_of_aligned
from metadata_assets.sources.files.rows import (
    Rows,
    common_width,
    first_line,
    is_number,
    rows_of,
    with_row_names,
)

DELIMITERS = (",", ";", "\t", "|")
"""The common delimiters."""

_DECLARATION = re.compile(r'"?sep=(.)"?(?:\r\n?|\n)', re.IGNORECASE)
_RARE = ("~|~", "||", "::", "^^", "~~", "^", "~", "\x01", "\x1f", "\x1e", "¦", "¬", "§")
"""Nothing but delimiters, where there are as many in every row."""
_WEAK = (":", "/", "#", "@", "*", "!", " ")
"""Met in dates, times and sentences: taken only where nothing else divides the text."""
BLANK = " "
"""The delimiter of columns that are aligned by blanks, one or several."""


def declared_delimiter(text: str) -> re.Match[str] | None:
    """The line `sep=;` that Excel writes and reads above a table; its group is the delimiter."""
    return _DECLARATION.match(text)


def heading_delimiter(text: str, found: str) -> str | None:
    """A common delimiter that divides every row alike, where the header lacks the one found.

    Args:
        text: A table.
        found: The delimiter that was found: a comma, say, in decimal numbers.
    """
    header = first_line(text.lstrip())
    if found in header:
        return None
    dividing = (sign for sign in DELIMITERS if sign in header)
    return next((sign for sign in dividing if common_width(rows_of(text, sign)) > 1), None)


def rare_delimiter(text: str, found: str, width: int) -> str | None:
    """A delimiter that divides every row alike, and more than the one that was found.

    Args:
        text: A table.
        found: The common delimiter that was found, or a comma.
        width: How many columns it makes.
    """
    is_regular = width > 1 and common_width(rows_of(text, found)) == width
    for delimiter in _RARE:
        if delimiter in text and (found in delimiter or not is_regular):
            rare = common_width(rows_of(text, delimiter))
            if rare > 1 and (rare > width or found in delimiter):
                return delimiter
    # A comma in no name may be a decimal one.
    if width > 1 and found in first_line(text.lstrip()):
        return None
    weak = {sign: rows_of_known(text, sign) for sign in _WEAK if sign in text}
    dividing = [sign for sign, rows in weak.items() if _has_columns(rows)]
    return max(dividing, key=lambda sign: len(weak[sign][0]), default=None)


def rows_of_known(text: str, delimiter: str, quote: str = '"') -> Rows:
    """The rows of a text by its delimiter, be that blanks, with a name for each column."""
    rows = rows_of_aligned(text) if delimiter == BLANK else rows_of(text, delimiter, quote)
    return with_row_names(rows)


def _has_columns(rows: Rows) -> bool:
    """Whether rows are alike, and a column of numbers below a name tells that it is no prose."""
    return common_width(rows) > 1 and any(
        all(map(is_number, column[1:])) for column in zip(*rows, strict=True)
    )
