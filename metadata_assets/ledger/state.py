"""What the ledger's state classes have in common: the database they work on."""

from __future__ import annotations

from dataclasses import dataclass

from metadata_assets.ledger.database import Database


@dataclass(frozen=True)
class LedgerState:
    """One concept's operations; `store.Ledger` brings them together."""

    _database: Database
