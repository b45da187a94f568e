"""Dead letters: the records the pipeline could not take, kept until someone has dealt with them.

How they are dealt with is in `letter_claims`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.database import insert_into
from metadata_assets.ledger.encoding import fingerprint_of, storable_json
from metadata_assets.ledger.model import WAITING_LETTERS, dead_letter_queue
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.state import LedgerState, matching
from metadata_assets.ledger.values import (
    DeadLetter,
    LetterStatus,
    OperationType,
)

_letters = dead_letter_queue.c


class DeadLetters(LedgerState):
    """Queues and lists dead letters."""

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
            insert = insert_into(connection.dialect.name)(dead_letter_queue).values(
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
            return letter_of(connection.execute(queued).one())

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
        return letter_of(row)

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
            return [letter_of(row) for row in connection.execute(statement)]


def letter_of(row: Any) -> DeadLetter:
    """A letter of its row."""
    return DeadLetter(**row._asdict())
