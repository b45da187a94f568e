"""What stands for nothing where a value would be, in files of any format."""

from __future__ import annotations

_MARKS = (
    *("-", "--", ".", "?", "na", "n/a", "nan", "none", "nil", "null", "(null)", "<null>", "[null]"),
    # Of MySQL and PostgreSQL, of pandas, and of spreadsheets, whose errors are no values either.
    *("\\n", "<na>", "#na", "#n/a", "#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?"),
)
_LOWER = frozenset(_MARKS)

SPELLINGS = ("", *dict.fromkeys(s for m in (*_MARKS, "NaN") for s in (m, m.upper(), m.title())))
"""The marks as they are written, for readers that compare them letter by letter."""


def is_mark(text: str) -> bool:
    """Whether a text is empty, or a usual mark for nothing."""
    stripped = text.strip()
    return not stripped or stripped.lower() in _LOWER
