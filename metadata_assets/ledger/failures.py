"""Failures: the errors on record.

What becomes of them is in `resolution`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from metadata_assets.errors import ErrorType
from metadata_assets.ledger.database import insert_into
from metadata_assets.ledger.describing import DEFAULT_RETRIES, describe_error
from metadata_assets.ledger.encoding import fingerprint_of, storable_json
from metadata_assets.ledger.model import (
    OPEN_ERRORS,
    error_log,
)
from metadata_assets.ledger.redaction import redact_json, redact_text
from metadata_assets.ledger.state import LedgerState, matching
from metadata_assets.ledger.values import ErrorRecord, ErrorStatus, OperationType

_errors = error_log.c
_REPEATED = ("sync_run_id", "error_details", "stack_trace", "max_retries", "last_occurred_at")
"""What a repetition brings up to date."""


class Failures(LedgerState):
    """Logs and lists errors."""

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
