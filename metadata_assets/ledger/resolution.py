"""What becomes of the errors on record: they are tried again, resolved or ignored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Update, bindparam, or_, select, update

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.model import AUTHOR, dead_letter_queue, error_log, sync_runs
from metadata_assets.ledger.state import LedgerState, matching
from metadata_assets.ledger.values import ErrorRecord, ErrorStatus

_errors = error_log.c


class Resolution(LedgerState):
    """Retries and closes errors."""

    def claim_due_retries(
        self, schema_name: str | None = None, *, limit: int = 100
    ) -> list[ErrorRecord]:
        """Take the open errors whose time to be tried again has come.

        Each is counted as tried and, until it has used up its retries, put off to the next time:
        nobody else gets it meanwhile, and if the claimer dies it comes up again by itself.

        Args:
            schema_name: Only those of this source.
            limit: At most so many.

        Returns:
            The errors, the longest due first.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            due = (
                select(error_log)
                .where(
                    *matching(error_log, status="open", schema_name=schema_name),
                    _errors.retry_count < _errors.max_retries,
                    # Further off than any wait: the clock was set back.
                    or_(
                        _errors.retry_after <= now,
                        _errors.retry_after > now + self._backoff.longest,
                    ),
                )
                .order_by(_errors.retry_after)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            claimed = [ErrorRecord(**row._asdict()) for row in connection.execute(due)]
            if claimed:
                put_off = (
                    update(error_log)
                    .where(_errors.id == bindparam("claimed"))
                    .values(retry_count=_errors.retry_count + 1, retry_after=bindparam("next"))
                )
                connection.execute(
                    put_off,
                    [
                        {
                            "claimed": error.id,
                            "next": now + self._backoff.delay(error.retry_count + 1)
                            if error.retry_count + 1 < error.max_retries
                            else None,
                        }
                        for error in claimed
                    ],
                )
        return claimed

    def resolve_error(
        self, error_id: UUID, *, resolved_by: str = AUTHOR, notes: str | None = None
    ) -> ErrorRecord:
        """Mark an open error as resolved.

        Raises:
            PermanentError: There is no such error, or it is not open any more.
        """
        return self._close(error_id, "resolved", resolved_by, notes)

    def ignore_error(
        self, error_id: UUID, *, resolved_by: str = AUTHOR, notes: str | None = None
    ) -> ErrorRecord:
        """Mark an open error as one that needs no mending.

        Raises:
            PermanentError: There is no such error, or it is not open any more.
        """
        return self._close(error_id, "ignored", resolved_by, notes)

    def resolve_errors(
        self,
        schema_name: str,
        *,
        stage: str | None = None,
        resolved_by: str = AUTHOR,
        notes: str | None = None,
    ) -> int:
        """Mark a source's open errors as resolved, as after a success.

        Those that a dead letter waits for stand until it is settled.

        Args:
            schema_name: The source.
            stage: Only the errors of this stage's runs.
            resolved_by: Who or what resolved them.
            notes: How.

        Returns:
            How many were open.
        """
        waiting = select(dead_letter_queue.c.error_log_id).where(
            dead_letter_queue.c.status.in_(("pending", "processing")),
            dead_letter_queue.c.error_log_id.is_not(None),
        )
        open_errors = [
            _errors.schema_name == schema_name,
            _errors.status == "open",
            _errors.id.not_in(waiting),
        ]
        if stage is not None:
            runs_of_stage = select(sync_runs.c.id).where(
                sync_runs.c.schema_name == schema_name, sync_runs.c.stage == stage
            )
            open_errors.append(_errors.sync_run_id.in_(runs_of_stage))
        with self._database.writing() as connection:
            now = self._database.now(connection)
            closed = _closed("resolved", now, resolved_by, notes).where(*open_errors)
            return connection.execute(closed).rowcount

    def _close(
        self, error_id: UUID, status: ErrorStatus, resolved_by: str, notes: str | None
    ) -> ErrorRecord:
        with self._database.writing() as connection:
            now = self._database.now(connection)
            closed = (
                _closed(status, now, resolved_by, notes)
                .where(_errors.id == error_id, _errors.status == "open")
                .returning(error_log)
            )
            row = connection.execute(closed).one_or_none()
        if row is None:
            raise PermanentError("no such error is open", where=f"error {error_id}")
        return ErrorRecord(**row._asdict())


def _closed(status: ErrorStatus, now: Any, resolved_by: str, notes: str | None) -> Update:
    return update(error_log).values(
        status=status,
        resolved_at=now,
        resolved_by=resolved_by,
        resolution_notes=notes,
        retry_after=None,
    )
