"""Objects of a source that cannot be read wait as dead letters until they can."""

from __future__ import annotations

from uuid import UUID

from metadata_assets.catalog.model import Catalog
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.untaken import Untaken, keep_letters
from metadata_assets.sources.extract import STAGE


def keep_object_letters(
    ledger: Ledger, source: str, catalog: Catalog, *, sync_run_id: UUID | None = None
) -> None:
    """Queue the tables and files that an extraction could not read, and settle those it could.

    Args:
        ledger: Where the letters are.
        source: The source.
        catalog: What was extracted.
        sync_run_id: The run that extracted it.
    """
    rows = [
        (row["object_name"], redact_text(row["reason"])) for row in catalog.unreadable.to_pylist()
    ]
    untaken = [Untaken(name, {"object": name, "reason": reason}, reason) for name, reason in rows]
    keep_letters(ledger, source, STAGE, untaken, sync_run_id=sync_run_id)
