"""Replay dead letters: give each to a handler again, once its cause is mended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.dead_letters import LEASE_SECONDS
from metadata_assets.ledger.describing import describe_error
from metadata_assets.ledger.model import AUTHOR
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import DeadLetter

_log = logging.getLogger(__name__)

Handler = Callable[[DeadLetter], Any]
"""Takes a letter's record; raises if it still cannot."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay did.

    Attributes:
        resolved: Were taken this time.
        failed: Failed again, and went back to wait longer.
    """

    resolved: tuple[DeadLetter, ...] = ()
    failed: tuple[DeadLetter, ...] = ()


def replay_dead_letters(
    ledger: Ledger,
    handler: Handler,
    schema_name: str | None = None,
    *,
    limit: int = 1000,
    lease_seconds: float = LEASE_SECONDS,
    processed_by: str = AUTHOR,
) -> Replay:
    """Replay the letters whose time has come, each claimed on its own.

    A process that is killed in a handler loses the lease of that one letter: it comes up again, so
    a handler must be able to take a record twice.

    Args:
        ledger: Where they wait.
        handler: What takes them.
        schema_name: Only those of this source.
        limit: At most so many.
        lease_seconds: The longest a handler may take.
        processed_by: Who replays.

    Returns:
        What became of them. A letter whose lease ran out meanwhile is in neither part: whoever
        claimed it next will say.
    """
    resolved: list[DeadLetter] = []
    failed: list[DeadLetter] = []
    for _ in range(limit):
        claimed = ledger.claim_dead_letters(
            schema_name, limit=1, lease_seconds=lease_seconds, claimed_by=processed_by
        )
        if not claimed:
            break
        (letter,) = claimed
        trouble = _trouble(handler, letter)
        try:
            if trouble is None:
                resolved.append(_resolve(ledger, letter, processed_by))
            else:
                failed.append(
                    ledger.return_dead_letter(letter.id, trouble, claim_id=letter.claim_id)
                )
        except PermanentError as lost:
            _log.warning("a handler took longer than its lease: %s", lost)
    return Replay(tuple(resolved), tuple(failed))


def _resolve(ledger: Ledger, letter: DeadLetter, processed_by: str) -> DeadLetter:
    return ledger.resolve_dead_letter(
        letter.id, "reprocessed", claim_id=letter.claim_id, processed_by=processed_by
    )


def _trouble(handler: Handler, letter: DeadLetter) -> str | None:
    try:
        handler(letter)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is why its letter stays
        return describe_error(error).error_message
    return None
