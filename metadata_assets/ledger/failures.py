"""Failures: the errors on record, whether they still stand, and when to try again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Update, bindparam, or_, select, update

from metadata_assets.errors import ErrorType, PermanentError
from metadata_assets.ledger.database import insert_into
from metadata_assets.ledger.describing import DEFAULT_RETRIES, describe_error
from metadata_assets.ledger.encoding import fingerprint_of, storable_json
from metadata_assets.ledger.model import (
    AUTHOR,
    OPEN_ERRORS,
    dead_letter_queue,
    error_log,
    sync_runs,
)
from metadata_assets.ledger.redaction import redact_json, redact_text
from metadata_assets.ledger.state import LedgerState, matching
from metadata_assets.ledger.values import ErrorRecord, ErrorStatus, OperationType

_errors = error_log.c
_REPEATED = ("sync_run_id", "error_details", "stack_trace", "max_retries", "last_occurred_at")
"""What a repetition brings up to date."""


class Failures(LedgerState):
    """Logs, lists, retries and resolves errors."""

    def log_exception(
        self,
        schema_name: str,
        error: BaseException,
        *,
        table_name: str | None = None,
        sync_run_id: UUID | None = None,
        record_data: Any = None,
        operation_type: OperationType | None = None,
        max_retries: int | None = None,
    ) -> ErrorRecord:
        """Put an exception on record, as `log_error` does, with what its class and fields tell.

        Args:
            schema_name: The source it concerns.
            error: The exception.
            table_name: The table it concerns.
            sync_run_id: The run it happened in.
            record_data: The record that caused it.
            operation_type: What was being done with the record.
            max_retries: How often to try again; by default as the exception's class tells.

        Returns:
            The error as stored.
        """
        described = describe_error(error)
        return self.log_error(
            schema_name,
            described.error_type,
            described.error_message,
            table_name=table_name,
            sync_run_id=sync_run_id,
            error_code=described.error_code,
            error_details=described.error_details,
            stack_trace=described.stack_trace,
            record_data=record_data,
            operation_type=operation_type,
            max_retries=described.max_retries if max_retries is None else max_retries,
        )

    def log_error(
        self,
        schema_name: str,
        error_type: ErrorType,
        error_message: str,
        *,
        table_name: str | None = None,
        sync_run_id: UUID | None = None,
        error_code: str | None = None,
        error_details: Mapping[str, Any] | None = None,
        stack_trace: str | None = None,
        record_data: Any = None,
        operation_type: OperationType | None = None,
        max_retries: int = DEFAULT_RETRIES,
    ) -> ErrorRecord:
        """Put an error on record, open; one that is open already counts once more.

        Secrets in any of it are hidden.

        Args:
            schema_name: The source it concerns.
            error_type: Its category.
            error_message: What went wrong, in a line.
            table_name: The table it concerns.
            sync_run_id: The run it happened in.
            error_code: A finer category, such as an SQLSTATE.
            error_details: Its fields.
            stack_trace: Where it came from.
            record_data: The record that caused it: any value.
            operation_type: What was being done with the record.
            max_retries: How often to try again; 0 where that cannot help.

        Returns:
            The error as stored.
        """
        message = redact_text(error_message)
        record = redact_json(storable_json(record_data))
        fingerprint = fingerprint_of(
            schema_name, table_name, error_type, error_code, message, operation_type, record
        )
        with self._database.writing() as connection:
            now = self._database.now(connection)
            insert = insert_into(connection.dialect.name)(error_log).values(
                id=uuid4(),
                sync_run_id=sync_run_id,
                schema_name=schema_name,
                table_name=table_name,
                error_type=error_type,
                error_code=error_code,
                error_message=message,
                error_details=redact_json(storable_json(error_details)),
                stack_trace=None if stack_trace is None else redact_text(stack_trace),
                record_data=record,
                operation_type=operation_type,
                max_retries=max_retries,
                retry_after=now + self._backoff.delay(0) if max_retries else None,
                status="open",
                occurred_at=now,
                last_occurred_at=now,
                fingerprint=fingerprint,
            )
            logged = insert.on_conflict_do_update(
                index_elements=[_errors.fingerprint],
                index_where=OPEN_ERRORS,
                set_={name: insert.excluded[name] for name in _REPEATED}
                | {"occurrence_count": _errors.occurrence_count + 1},
            ).returning(error_log)
            return ErrorRecord(**connection.execute(logged).one()._asdict())

    def errors(
        self,
        schema_name: str | None = None,
        *,
        status: ErrorStatus | None = None,
        sync_run_id: UUID | None = None,
        limit: int = 50,
    ) -> list[ErrorRecord]:
        """Errors, newest first; each argument given leaves out what differs from it."""
        wanted = matching(
            error_log, schema_name=schema_name, status=status, sync_run_id=sync_run_id
        )
        statement = (
            select(error_log)
            .where(*wanted)
            .order_by(_errors.occurred_at.desc(), _errors.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [ErrorRecord(**row._asdict()) for row in connection.execute(statement)]

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
