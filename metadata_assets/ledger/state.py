"""What the ledger's state classes share: the database they work on, and how long they wait."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table

from metadata_assets.ledger.database import Database


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before trying again: twice as long each time, with some jitter.

    Attributes:
        initial_seconds: Before the first retry.
        max_seconds: Never longer than this.
    """

    initial_seconds: float = 60
    max_seconds: float = 3600

    @property
    def longest(self) -> timedelta:
        """No wait is longer."""
        return timedelta(seconds=self.max_seconds)

    def delay(self, attempt: int) -> timedelta:
        """The wait after a number of retries that failed; up to a quarter longer by chance."""
        # Beyond 2^40 the limit is reached whatever the unit, and larger powers overflow.
        base = self.initial_seconds * 2 ** min(attempt, 40)
        # Jitter keeps what failed together from coming back together.
        return timedelta(seconds=min(self.max_seconds, base * random.uniform(1, 1.25)))


BACKOFF = Backoff()
"""A minute first, an hour at most."""


@dataclass(frozen=True)
class LedgerState:
    """One concept's operations; `store.Ledger` brings them together."""

    _database: Database
    _backoff: Backoff = BACKOFF


def matching(table: Table, **wanted: Any) -> list[ColumnElement[bool]]:
    """Conditions that leave out the rows which differ from a wanted value; None wants any."""
    return [table.c[name] == value for name, value in wanted.items() if value is not None]
