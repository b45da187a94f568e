"""The rows of a text, divided by a given delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

_LINE_END = re.compile(r"\r\n|\r|\n")
_LONGEST_RECORD = 1024 * 1024
"""How many characters of a record that is cut off are looked at for its beginning."""
_SINGLE = "\x1f"
"""What stands for a delimiter of several characters."""

# The module's limit of 128 KB is for all of a process; documents and pictures are longer fields.
csv.field_size_limit(16 * 1024 * 1024)

Rows = list[list[str]]


def first_line(text: str) -> str:
    """The text up to the first end of a line, of whatever kind."""
    return _LINE_END.split(text, maxsplit=1)[0]


def lines_of(text: str) -> list[str]:
    """The lines of a text; unlike `splitlines`, only at ends of lines."""
    return _LINE_END.split(text)


def lines_below(text: str, count: int) -> str:
    """The text without so many lines at its beginning."""
    return _LINE_END.split(text, maxsplit=count)[-1] if count else text


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
        return _without_comments([row for row in reader if row])
    except csv.Error:
        # A field beyond the module's size limit: this delimiter does not divide the text.
        return []


def whole_records(text: str) -> str:
    """The text without what is cut off at its end: a line, or a record of several."""
    ends = [match.end() for match in _LINE_END.finditer(text, max(0, len(text) - _LONGEST_RECORD))]
    if not ends:
        return text
    last = ends.pop()
    if text.count('"', 0, last) % 2:
        # The record began where a quote was opened and not closed.
        last = next((end for end in reversed(ends) if text.count('"', end, last) % 2), last)
    return text[:last]


def with_row_names(rows: Rows) -> Rows:
    """The rows with a blank name first, where names of rows have none, as R writes them."""
    if len(rows) < 3 or len(rows[0]) + 1 != common_width(rows[1:]) or any(map(is_number, rows[0])):
        return rows
    names = [row[0] for row in rows[1:]]
    # `a,b` above `1,2,` is no such header, but a delimiter behind the last field.
    is_shifted = len(set(names)) == len(names) and any(row[-1].strip() for row in rows[1:])
    return [["", *rows[0]], *rows[1:]] if is_shifted else rows


def is_mostly_commented(text: str, sign: str) -> bool:
    """Whether more lines than not begin with what is taken for the sign of a comment."""
    lines = [line for line in text.splitlines() if line.strip()]
    return sum(line.startswith(sign) for line in lines) * 2 > len(lines)


def _without_comments(rows: Rows) -> Rows:
    plain = [row for row in rows if not row[0].startswith("#")]
    # Where most rows begin so, it is a colour, or a hashtag.
    if len(plain) * 2 < len(rows):
        return rows
    if plain and len(rows[0]) > 1 and rows[0][0].startswith("#"):
        usual, _ = Counter(map(len, plain)).most_common(1)[0]
        # `#id,name`: a header.
        return [rows[0], *plain] if len(rows[0]) == usual else plain
    return plain


def is_number(cell: str) -> bool:
    """Whether a text is a number, with a point or a comma."""
    return cell.strip().lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdigit()


def common_width(rows: Rows) -> int:
    """How wide all of the rows are; 0 where they differ, or are fewer than two."""
    widths = {len(row) for row in rows}
    return widths.pop() if len(rows) > 1 and len(widths) == 1 else 0
