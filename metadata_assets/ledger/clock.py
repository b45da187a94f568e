"""The ledger's clock."""

from __future__ import annotations

from datetime import datetime, timezone


def utc_now() -> datetime:
    """This moment, aware and in UTC."""
    return datetime.now(timezone.utc)
