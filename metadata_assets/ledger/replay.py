"""Replay dead letters: give each to a handler again, once its cause is mended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.describing import describe_error
from metadata_assets.ledger.letter_claims import LEASE_SECONDS
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
    letter_ids: Iterable[UUID],
    *,
    lease_seconds: float = LEASE_SECONDS,
    processed_by: str = AUTHOR,
) -> Replay:
    """Replay letters, each claimed on its own, whether its time has come or not.

    A process that is killed in a handler loses the lease of that one letter: it comes up again, so
    a handler must be able to take a record twice.

    Args:
        ledger: Where they wait.
        handler: What takes them.
        letter_ids: Which; those that someone else holds or has settled are left alone.
        lease_seconds: The longest a handler may take.
        processed_by: Who replays.

    Returns:
        What became of them. A letter whose lease ran out meanwhile is in neither part: whoever
        claimed it next will say.

    Raises:
        PermanentError: There is no such letter.
    """
    resolved: list[DeadLetter] = []
    failed: list[DeadLetter] = []
    for letter_id in letter_ids:
        letter = ledger.claim_dead_letter(
            letter_id, lease_seconds=lease_seconds, claimed_by=processed_by
        )
        if letter is None:
            continue
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
