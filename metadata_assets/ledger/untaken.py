"""What a stage could not take waits in the dead-letter queue until the stage can take it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.store import Ledger

_ALL = 100_000


@dataclass(frozen=True, slots=True)
class Untaken:
    """One thing a stage could not take.

    Attributes:
        name: What it is called at its source; there is one of a name.
        record: What it consists of, without secrets.
        reason: Why it could not be taken.
    """

    name: str
    record: Any
    reason: str


def keep_letters(
    ledger: Ledger,
    source: str,
    stage: str,
    untaken: Iterable[Untaken],
    *,
    sync_run_id: UUID | None = None,
) -> None:
    """Make the letters of a stage those of what it could not take this time.

    A new one is queued, one that waits already stays as it is, and one that was taken is settled as
    reprocessed. A letter that someone has claimed is left to its claimer.

    Args:
        ledger: Where the letters are.
        source: The source.
        stage: The stage; its letters have it for a table name.
        untaken: All it could not take.
        sync_run_id: The run in which it could not.
    """
    missing = {one.name: one for one in untaken}
    held = ledger.dead_letters(source, table_name=stage, status="processing", limit=_ALL)
    waiting = {letter.source_record_id for letter in held}
    for letter in ledger.dead_letters(source, table_name=stage, status="pending", limit=_ALL):
        now = missing.get(letter.source_record_id or "")
        if now is None:
            ledger.resolve_dead_letter(letter.id, "reprocessed", notes="the stage took it")
        elif storable_json(now.record) != letter.record_data:
            ledger.resolve_dead_letter(letter.id, "discarded", notes="it came again, changed")
        else:
            waiting.add(now.name)
    for one in missing.values():
        if one.name not in waiting:
            ledger.add_to_dead_letter_queue(
                source,
                "schema_change",
                one.record,
                table_name=stage,
                sync_run_id=sync_run_id,
                source_record_id=one.name,
                error_message=one.reason,
            )
