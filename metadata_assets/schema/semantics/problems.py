"""A problem of a query: what is wrong, where, and which names come near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

SYNTAX = "syntax"
UNKNOWN_TABLE = "unknown_table"
UNKNOWN_COLUMN = "unknown_column"
UNKNOWN_FUNCTION = "unknown_function"
AMBIGUOUS_COLUMN = "ambiguous_column"
TYPES = "types"
GROUPING = "grouping"
AGGREGATE = "aggregate"
WINDOW = "window"
SET_OPERATION = "set_operation"
STATEMENT = "statement"
OTHER = "other"
"""Any other rule of the engine; the message says which."""

_SUGGESTED = 3
_NEAR = 60.0
"""Per cent of the letters of both names that stand in both in the same order."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with a query.

    Attributes:
        line: From 1.
        column: From 1, in characters.
        code: One of this module's constants.
        message: One sentence, without a final full stop.
        suggestions: The nearest names, the best first.
    """

    line: int
    column: int
    code: str
    message: str
    suggestions: tuple[str, ...] = ()

    def __str__(self) -> str:
        """`line:column: message; did you mean a, b?`."""
        hint = f"; did you mean {', '.join(self.suggestions)}?" if self.suggestions else ""
        return f"{self.line}:{self.column}: {self.message}{hint}"


def problem_at(
    sql: str, offset: int, code: str, message: str, suggestions: Iterable[str] = ()
) -> Problem:
    """A problem at a place of the query, counted in characters from 0."""
    before = sql[: max(offset, 0)]
    line_start = before.rfind("\n") + 1
    return Problem(
        line=before.count("\n") + 1,
        column=len(before) - line_start + 1,
        code=code,
        message=message,
        suggestions=tuple(suggestions),
    )


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that look most like a name, the best first.

    A name inside the other counts as near (`name` and `customer_name`), as models often shorten.
    """
    folded: dict[str, str] = {}
    for each in known:
        folded.setdefault(each.lower(), each)
    wanted = name.lower()
    matches = process.extract(
        wanted, list(folded), scorer=fuzz.ratio, limit=_SUGGESTED, score_cutoff=_NEAR
    )
    close = [each for each, _, _ in matches]
    if len(wanted) > 2:
        contained = (
            each for each in folded if wanted in each or (len(each) > 2 and each in wanted)
        )
        close += sorted((each for each in contained if each not in close), key=len)
    return tuple(folded[each] for each in close[:_SUGGESTED])
