"""Dealing with dead letters: whoever takes one holds it for a time, and says how it went.

A letter is claimed under a lease; the claimer gets a claim id, and only its holder can settle the
letter or put it back. A claimer that dies loses its lease, and the letter goes to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.dead_letters import letter_of
from metadata_assets.ledger.model import AUTHOR, dead_letter_queue
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.state import LedgerState, matching
from metadata_assets.ledger.values import DeadLetter, ResolutionMethod

LEASE_SECONDS = 300.0

_LONGEST_LEASE = timedelta(days=1)
_letters = dead_letter_queue.c


class LetterClaims(LedgerState):
    """Claims and settles dead letters."""

    def claim_dead_letters(
        self,
        schema_name: str | None = None,
        *,
        limit: int = 100,
        lease_seconds: float = LEASE_SECONDS,
        claimed_by: str = AUTHOR,
    ) -> list[DeadLetter]:
        """Take letters whose time has come, and those whose claimer let the lease run out.

        Args:
            schema_name: Only those of this source.
            limit: At most so many.
            lease_seconds: How long nobody else gets them; a day at most.
            claimed_by: Who takes them.

        Returns:
            The letters, the oldest first, all under one new `claim_id`.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            due = (
                select(_letters.id)
                .where(self._is_due(now), *matching(dead_letter_queue, schema_name=schema_name))
                .order_by(_letters.first_error_at, _letters.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            letters = _claim(
                connection, connection.scalars(due).all(), now, lease_seconds, claimed_by
            )
        return sorted(letters, key=lambda letter: (letter.first_error_at, letter.id))

    def claim_dead_letter(
        self,
        letter_id: UUID,
        *,
        lease_seconds: float = LEASE_SECONDS,
        claimed_by: str = AUTHOR,
    ) -> DeadLetter | None:
        """Take one letter, whether its time has come or not.

        Returns:
            The letter with its `claim_id`; None where it is settled, or someone holds it.

        Raises:
            PermanentError: There is no such letter.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            statement = select(dead_letter_queue).where(_letters.id == letter_id).with_for_update()
            row = connection.execute(statement).one_or_none()
            if row is None:
                raise PermanentError("there is no such letter", where=f"dead letter {letter_id}")
            free = select(_letters.id).where(_letters.id == letter_id, _is_unheld(now))
            ids = connection.scalars(free).all()
            return next(iter(_claim(connection, ids, now, lease_seconds, claimed_by)), None)

    def resolve_dead_letter(
        self,
        letter_id: UUID,
        method: ResolutionMethod,
        *,
        claim_id: UUID | None = None,
        processed_by: str = AUTHOR,
        notes: str | None = None,
    ) -> DeadLetter:
        """Settle a letter for good.

        Args:
            letter_id: The letter.
            method: How it was dealt with; `discarded` gives up its record.
            claim_id: The claim it was taken under; without one it must not be claimed.
            processed_by: Who dealt with it.
            notes: What there is to say about it.

        Raises:
            PermanentError: There is no such letter, it is settled, or someone else has claimed it.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            settled: dict[str, Any] = {
                "status": "discarded" if method == "discarded" else "resolved",
                "processed_at": now,
                "processed_by": processed_by,
                "resolution_method": method,
                "resolution_notes": notes,
            }
            may_settle = _is_unheld(now) if claim_id is None else _is_held_under(claim_id)
            return _release(connection, letter_id, may_settle, settled)

    def return_dead_letter(
        self, letter_id: UUID, error_message: str, *, claim_id: UUID | None
    ) -> DeadLetter:
        """Put a claimed letter back because it failed again; it comes up later and later.

        Raises:
            PermanentError: The letter is not, or no more, held under this claim.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            errors = connection.scalar(select(_letters.error_count).where(_letters.id == letter_id))
            failed = {
                "status": "pending",
                "error_count": _letters.error_count + 1,
                "last_error_at": now,
                "last_error_message": redact_text(error_message),
                "retry_after": now + self._backoff.delay((errors or 1) - 1),
            }
            return _release(connection, letter_id, _is_held_under(claim_id), failed)

    def _is_due(self, now: datetime) -> ColumnElement[bool]:
        return and_(
            _is_unheld(now),
            or_(
                _letters.status == "processing",
                _letters.retry_after.is_(None),
                _letters.retry_after <= now,
                # Further off than any wait: the clock was set back.
                _letters.retry_after > now + self._backoff.longest,
            ),
        )


def _is_unheld(now: datetime) -> ColumnElement[bool]:
    return or_(
        _letters.status == "pending",
        and_(
            _letters.status == "processing",
            or_(
                _letters.lease_expires_at <= now,
                # Further off than any lease: the clock was set back.
                _letters.lease_expires_at > now + _LONGEST_LEASE,
            ),
        ),
    )


def _is_held_under(claim_id: UUID | None) -> ColumnElement[bool]:
    return and_(_letters.status == "processing", _letters.claim_id == claim_id)


def _claim(
    connection: Connection,
    letter_ids: Sequence[UUID],
    now: datetime,
    lease_seconds: float,
    claimed_by: str,
) -> list[DeadLetter]:
    if not letter_ids:
        return []
    claimed = (
        update(dead_letter_queue)
        .where(_letters.id.in_(letter_ids))
        .values(
            status="processing",
            claim_id=uuid4(),
            claimed_by=claimed_by,
            lease_expires_at=now + min(timedelta(seconds=lease_seconds), _LONGEST_LEASE),
        )
        .returning(dead_letter_queue)
    )
    return [letter_of(row) for row in connection.execute(claimed)]


def _release(
    connection: Connection, letter_id: UUID, condition: ColumnElement[bool], values: dict[str, Any]
) -> DeadLetter:
    released = (
        update(dead_letter_queue)
        .where(_letters.id == letter_id, condition)
        .values(**values, claim_id=None, claimed_by=None, lease_expires_at=None)
        .returning(dead_letter_queue)
    )
    row = connection.execute(released).one_or_none()
    if row is None:
        raise PermanentError(
            "no such letter is waiting, or someone else has claimed it",
            where=f"dead letter {letter_id}",
            remedy="Look at its status, or wait until its lease has run out.",
        )
    return letter_of(row)
