"""What statements are run with, and what is kept of what they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from metadata_assets.ledger.redaction import redact_text
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.outcome import TaskFailed, TaskInterrupted, TaskResult, TaskTimedOut
from metadata_assets.modules.statements import Bound

_BATCH = 10_000
_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Work:
    """The statements of one task.

    Attributes:
        where: The task, for messages.
        statements: In order; the last one's result is the task's.
        preview_rows: How many of its rows are kept.
        limit: How long all of them may take.
    """

    where: str
    statements: tuple[Bound, ...]
    preview_rows: int
    limit: Limit

    def timed_out(self) -> TaskTimedOut:
        """The error of statements that were ended."""
        return TaskTimedOut("its SQL took too long, and was ended", where=self.where)

    def failed(self, error: Exception) -> TaskFailed:
        """The error of a statement that the engine refuses."""
        return TaskFailed(f"its SQL failed: {_first_line(error)}", where=self.where)

    def interrupted(self, error: Exception) -> TaskInterrupted:
        """The error of a statement that may succeed another time."""
        return TaskInterrupted(f"its SQL was interrupted: {_first_line(error)}", where=self.where)


class Cursor(Protocol):
    """What the drivers' cursors have in common."""

    @property
    def description(self) -> Any:
        """The columns; None where there is no result."""
        ...

    @property
    def rowcount(self) -> int:
        """Changed rows."""
        ...

    def fetchmany(self, size: int, /) -> Sequence[Any]:
        """The next rows."""
        ...


def result_of(cursor: Cursor, preview_rows: int) -> TaskResult:
    """What a statement gave back: rows are counted, and the first of them kept as text.

    Args:
        cursor: After the statement.
        preview_rows: How many rows to keep.
    """
    if cursor.description is None:
        return TaskResult(rows=cursor.rowcount if cursor.rowcount >= 0 else None)
    columns = tuple(str(column[0]) for column in cursor.description)
    preview: list[tuple[str | None, ...]] = []
    count = 0
    while batch := cursor.fetchmany(_BATCH):
        preview += [_texts(row) for row in batch[: preview_rows - len(preview)]]
        count += len(batch)
    return TaskResult(count, columns if preview_rows else (), tuple(preview))


def _texts(row: Sequence[Any]) -> tuple[str | None, ...]:
    return tuple(None if value is None else _shortened(str(value)) for value in row)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _first_line(error: Exception) -> str:
    text = redact_text(str(error)).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
