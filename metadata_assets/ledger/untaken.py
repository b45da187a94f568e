"""What a stage could not take waits in the dead-letter queue until the stage can take it.

Why it could not is an open error as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.store import Ledger

_ALL = 100_000
_UNTAKEN = "untaken"
"""The code of the errors that say why something was not taken."""


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
    reprocessed. A letter that someone has claimed is left to its claimer. The reasons are kept in
    the error log in the same way.

    Args:
        ledger: Where the letters are.
        source: The source.
        stage: The stage; its letters have it for a table name.
        untaken: All it could not take.
        sync_run_id: The run in which it could not.
    """
    missing = {one.name: one for one in untaken}
    errors = _keep_errors(ledger, source, missing)
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
                error_log_id=errors[one.name],
                source_record_id=one.name,
                error_message=one.reason,
            )


def _keep_errors(ledger: Ledger, source: str, missing: Mapping[str, Untaken]) -> dict[str, UUID]:
    """The open error of each untaken thing, by its name; those of what was taken are resolved."""
    errors: dict[str, UUID] = {}
    for error in ledger.errors(source, status="open", limit=_ALL):
        if error.error_code != _UNTAKEN:
            continue
        now = missing.get(error.table_name or "")
        if now is not None and redact_text(now.reason) == error.error_message:
            errors[now.name] = error.id
        else:
            ledger.resolve_error(error.id, notes="the stage took it, or says otherwise")
    for one in missing.values():
        if one.name not in errors:
            # Of no run: the run that found it ends well, and would resolve its own errors.
            logged = ledger.log_error(
                source,
                "validation",
                one.reason,
                table_name=one.name,
                error_code=_UNTAKEN,
                max_retries=0,
            )
            errors[one.name] = logged.id
    return errors
