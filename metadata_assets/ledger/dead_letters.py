"""Dead letters: the records the pipeline could not take, kept until someone has dealt with them.

A letter is claimed for a time, the lease; whoever claims it gets a claim id, and only its holder
can say how it went. A claimer that dies loses its lease, and the letter goes to the next.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.database import insert_into
from metadata_assets.ledger.encoding import fingerprint_of, storable_json
from metadata_assets.ledger.model import AUTHOR, WAITING_LETTERS, dead_letter_queue
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.state import LedgerState, matching
from metadata_assets.ledger.values import (
    DeadLetter,
    LetterStatus,
    OperationType,
    ResolutionMethod,
)

LEASE_SECONDS = 300.0

_LONGEST_LEASE = timedelta(days=1)
_letters = dead_letter_queue.c


class DeadLetters(LedgerState):
    """Queues, claims and settles dead letters."""

    def add_to_dead_letter_queue(
        self,
        schema_name: str,
        operation_type: OperationType,
        record_data: Any,
        *,
        table_name: str | None = None,
        sync_run_id: UUID | None = None,
        error_log_id: UUID | None = None,
        source_record_id: str | None = None,
        original_timestamp: datetime | None = None,
        error_message: str | None = None,
    ) -> DeadLetter:
        """Put a record away, pending.

        The very same record of the same `source_record_id` that still waits is counted once more;
        anything else is a letter of its own.

        Args:
            schema_name: The source.
            operation_type: What was to be done with the record.
            record_data: The record as it came, to be replayed later: any value. Secrets in it are
                kept, so take out what must not be stored.
            table_name: The table it belongs to.
            sync_run_id: The run it happened in.
            error_log_id: The error that stopped it.
            source_record_id: What identifies the record at its source.
            original_timestamp: When it came about there.
            error_message: Why it could not be taken; secrets are hidden.

        Returns:
            The letter as stored.

        Raises:
            PermanentError: There is no record.
        """
        record = storable_json(record_data)
        if record is None or record in ({}, [], ""):
            raise PermanentError("an empty record is none", where=f"dead letter of {schema_name}")
        with self._database.writing() as connection:
            now = self._database.now(connection)
            insert = insert_into(connection)(dead_letter_queue).values(
                id=uuid4(),
                sync_run_id=sync_run_id,
                error_log_id=error_log_id,
                schema_name=schema_name,
                table_name=table_name,
                operation_type=operation_type,
                record_data=record,
                source_record_id=source_record_id,
                original_timestamp=original_timestamp,
                error_count=1,
                first_error_at=now,
                last_error_at=now,
                last_error_message=None if error_message is None else redact_text(error_message),
                status="pending",
                record_hash=fingerprint_of(
                    schema_name, table_name, operation_type, source_record_id, record
                ),
            )
            repeated = ("last_error_at", "last_error_message", "sync_run_id", "error_log_id")
            queued = insert.on_conflict_do_update(
                index_elements=[_letters.record_hash],
                index_where=WAITING_LETTERS,
                set_={name: insert.excluded[name] for name in repeated}
                | {"error_count": _letters.error_count + 1},
            ).returning(dead_letter_queue)
            return _letter(connection.execute(queued).one())

    def dead_letter(self, letter_id: UUID) -> DeadLetter:
        """One letter.

        Raises:
            PermanentError: There is no such letter.
        """
        with self._database.reading() as connection:
            statement = select(dead_letter_queue).where(_letters.id == letter_id)
            row = connection.execute(statement).one_or_none()
        if row is None:
            raise PermanentError("there is no such letter", where=f"dead letter {letter_id}")
        return _letter(row)

    def dead_letters(
        self,
        schema_name: str | None = None,
        *,
        table_name: str | None = None,
        status: LetterStatus | None = None,
        limit: int = 50,
    ) -> list[DeadLetter]:
        """Letters, oldest first; each argument given leaves out what differs from it."""
        wanted = matching(
            dead_letter_queue, schema_name=schema_name, table_name=table_name, status=status
        )
        statement = (
            select(dead_letter_queue)
            .where(*wanted)
            .order_by(_letters.first_error_at, _letters.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_letter(row) for row in connection.execute(statement)]

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
        lease = min(timedelta(seconds=lease_seconds), _LONGEST_LEASE)
        with self._database.writing() as connection:
            now = self._database.now(connection)
            free = (
                select(_letters.id)
                .where(self._is_free(now), *matching(dead_letter_queue, schema_name=schema_name))
                .order_by(_letters.first_error_at, _letters.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            chosen = connection.scalars(free).all()
            claimed = (
                update(dead_letter_queue)
                .where(_letters.id.in_(chosen))
                .values(
                    status="processing",
                    claim_id=uuid4(),
                    claimed_by=claimed_by,
                    lease_expires_at=now + lease,
                )
                .returning(dead_letter_queue)
            )
            letters = [_letter(row) for row in connection.execute(claimed)] if chosen else []
        return sorted(letters, key=lambda letter: (letter.first_error_at, letter.id))

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
            return _release(connection, letter_id, self._may_settle(now, claim_id), settled)

    def return_dead_letter(
        self, letter_id: UUID, error_message: str, *, claim_id: UUID | None
    ) -> DeadLetter:
        """Put a claimed letter back because it failed again; it comes up later and later.

        Raises:
            PermanentError: The letter is not, or no more, held under this claim.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            held = and_(_letters.status == "processing", _letters.claim_id == claim_id)
            errors = connection.scalar(select(_letters.error_count).where(_letters.id == letter_id))
            failed = {
                "status": "pending",
                "error_count": _letters.error_count + 1,
                "last_error_at": now,
                "last_error_message": redact_text(error_message),
                "retry_after": now + self._backoff.delay((errors or 1) - 1),
            }
            return _release(connection, letter_id, held, failed)

    def _is_free(self, now: datetime) -> ColumnElement[bool]:
        # What is further off than any wait or lease: the clock was set back.
        return or_(
            and_(
                _letters.status == "pending",
                or_(
                    _letters.retry_after.is_(None),
                    _letters.retry_after <= now,
                    _letters.retry_after > now + self._backoff.longest,
                ),
            ),
            and_(
                _letters.status == "processing",
                or_(
                    _letters.lease_expires_at <= now,
                    _letters.lease_expires_at > now + _LONGEST_LEASE,
                ),
            ),
        )

    def _may_settle(self, now: datetime, claim_id: UUID | None) -> ColumnElement[bool]:
        if claim_id is not None:
            return and_(_letters.status == "processing", _letters.claim_id == claim_id)
        return or_(
            _letters.status == "pending",
            and_(_letters.status == "processing", _letters.lease_expires_at <= now),
        )


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
    return _letter(row)


def _letter(row: Any) -> DeadLetter:
    return DeadLetter(**row._asdict())
