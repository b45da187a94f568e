"""Nightly maintenance: the ledger forgets what is over and old, the lake is tidied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from metadata_assets.errors import ConcurrentWrite
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class Maintained:
    """What a maintenance did.

    Attributes:
        ledger: Rows deleted, by ledger table.
        lake: Files compacted and deleted, by lake table.
        busy: Lake tables left for the next time, because someone was writing them.
    """

    ledger: dict[str, int]
    lake: dict[str, dict[str, int]]
    busy: tuple[str, ...]


def maintain(lake: Lake, ledger: Ledger, *, retention_days: float) -> Maintained:
    """Tidy up; whatever is open or can still be rolled back to stays.

    Args:
        lake: Whose tables to compact, checkpoint and vacuum.
        ledger: Whose old rows to delete.
        retention_days: How long what is over is kept.
    """
    tidied: dict[str, dict[str, int]] = {}
    busy = []
    for name in lake.tables():
        try:
            tidied[name] = lake.maintain(name, retention=timedelta(days=retention_days))
        except ConcurrentWrite:
            busy.append(name)
    return Maintained(ledger.cleanup_old_metadata(retention_days), tidied, tuple(busy))
