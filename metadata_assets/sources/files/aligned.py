"""Columns that are aligned by blanks, or divided by any number of them."""

from __future__ import annotations

import re

from metadata_assets.sources.files.rows import Rows, common_width, rows_of, with_row_names

_MARK = "\x1f"
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_RULED_LINES = 1_000
"""How many lines tell where columns begin."""
_LONGEST_LINE = 10_000
"""How many characters an aligned line may have; nobody looks at longer ones."""


def rows_of_aligned(text: str) -> Rows:
    """The rows of a text whose fields are divided by blanks."""
    lines = [line.rstrip() for line in text.expandtabs().splitlines() if line.strip()]
    by_place = _by_place(lines)
    stripped = "\n".join(line.strip() for line in lines)
    # `New York  8` has two fields where gaps of several blanks divide every row alike.
    by_gaps = rows_of(_GAP.sub(_MARK, stripped), _MARK)
    other = by_gaps if common_width(by_gaps) > 1 else with_row_names(rows_of(stripped, " "))
    return other if common_width(other) > common_width(by_place) else by_place


def _by_place(lines: list[str]) -> Rows:
    """The rows divided where all lines have a blank."""
    ruling = lines[:_RULED_LINES]
    if max(map(len, ruling), default=0) > _LONGEST_LINE:
        return []
    filled = {place for line in ruling for place, sign in enumerate(line) if sign != " "}
    starts = [place for place in sorted(filled) if place - 1 not in filled]
    ends = [*starts[1:], None]
    return [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines]
