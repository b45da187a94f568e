"""What an engine is asked about a query, in a session that reads only and has little time.

To plan it, which runs nothing; or, where somebody wants its result, to run it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

MOST_ROWS = 100_000
"""Of a longer result nothing is told but that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a query.

    Attributes:
        refusal: Why there is no result; None where there is one.
        columns: The names of its columns.
        rows: Its rows.
    """

    refusal: str | None
    columns: tuple[str, ...] = ()
    rows: Sequence[tuple[Any, ...]] = ()


class AskedEngine(Protocol):
    """A session to ask in."""

    def refusal(self, sql: str) -> str | None:
        """Why the engine would not run a query; None where it would. Runs nothing."""
        ...

    def answer(self, sql: str) -> Answer:
        """The result of a query, or why there is none."""
        ...


@runtime_checkable
class AnswersQueries(Protocol):
    """What a driver also does whose engine can be asked."""

    def asked(self, config: Any, seconds: int) -> AbstractContextManager[AskedEngine]:
        """A session that reads only.

        Args:
            config: As for `extract`.
            seconds: How long one query may take.

        Raises:
            SourceUnavailable: The source cannot be reached, or went away.
            SourceRefused: It refuses us.
        """
        ...


class Interruptible(Protocol):
    """A connection that can be made to stop."""

    def interrupt(self) -> None:
        """Stop what it does."""
        ...


@contextmanager
def within(connection: Interruptible, seconds: float) -> Iterator[None]:
    """Interrupt a connection that takes longer for the block."""
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def too_long(seconds: float) -> str:
    """What is said of a query that was interrupted."""
    return f"it takes more than {seconds:g} seconds"


def told(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Answer:
    """A result, unless it is too long; one row more than `MOST_ROWS` is to be fetched."""
    if len(rows) > MOST_ROWS:
        return Answer(f"its result has more than {MOST_ROWS} rows")
    return Answer(None, tuple(columns), rows)
