"""Failures: the errors on record, and whether they still stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from metadata_assets.ledger.clock import utc_now
from metadata_assets.ledger.describing import ErrorDescription, describe_error
from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.model import AUTHOR, error_log, sync_runs
from metadata_assets.ledger.redaction import redact_json
from metadata_assets.ledger.state import LedgerState
from metadata_assets.ledger.values import ErrorRecord, ErrorStatus, OperationType


class Failures(LedgerState):
    """Logs, lists and resolves errors."""

    def log_error(
        self,
        schema_name: str,
        error: BaseException | ErrorDescription,
        *,
        table_name: str | None = None,
        sync_run_id: UUID | None = None,
        record_data: Any = None,
        operation_type: OperationType | None = None,
        max_retries: int | None = None,
    ) -> ErrorRecord:
        """Put an error on record, open.

        Args:
            schema_name: The source it concerns.
            error: The exception, or a description where there was none.
            table_name: The table it concerns.
            sync_run_id: The run it happened in.
            record_data: The record that caused it: any value; secrets are hidden.
            operation_type: What was being done with the record.
            max_retries: How often to try again; by default as the error's class tells.

        Returns:
            The error as stored.
        """
        described = error if isinstance(error, ErrorDescription) else describe_error(error)
        error_id = uuid4()
        with self._database.writing() as connection:
            connection.execute(
                insert(error_log).values(
                    id=error_id,
                    sync_run_id=sync_run_id,
                    schema_name=schema_name,
                    table_name=table_name,
                    error_type=described.error_type,
                    error_code=described.error_code,
                    error_message=described.error_message,
                    error_details=described.error_details,
                    stack_trace=described.stack_trace,
                    record_data=redact_json(storable_json(record_data)),
                    operation_type=operation_type,
                    max_retries=described.max_retries if max_retries is None else max_retries,
                    status="open",
                    occurred_at=utc_now(),
                )
            )
            stored = select(error_log).where(error_log.c.id == error_id)
            return ErrorRecord(**connection.execute(stored).one()._asdict())

    def errors(
        self,
        schema_name: str | None = None,
        *,
        status: ErrorStatus | None = None,
        sync_run_id: UUID | None = None,
        limit: int = 50,
    ) -> list[ErrorRecord]:
        """Errors, newest first; each argument given leaves out what differs from it."""
        wanted = {"schema_name": schema_name, "status": status, "sync_run_id": sync_run_id}
        statement = (
            select(error_log)
            .where(
                *(error_log.c[name] == value for name, value in wanted.items() if value is not None)
            )
            .order_by(error_log.c.occurred_at.desc(), error_log.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [ErrorRecord(**row._asdict()) for row in connection.execute(statement)]

    def resolve_errors(
        self,
        schema_name: str,
        *,
        stage: str | None = None,
        resolved_by: str = AUTHOR,
        notes: str | None = None,
    ) -> int:
        """Mark a source's open errors as resolved, as after a success.

        Args:
            schema_name: The source.
            stage: Only the errors of this stage's runs.
            resolved_by: Who or what resolved them.
            notes: How.

        Returns:
            How many were open.
        """
        open_errors = [error_log.c.schema_name == schema_name, error_log.c.status == "open"]
        if stage is not None:
            runs_of_stage = select(sync_runs.c.id).where(
                sync_runs.c.schema_name == schema_name, sync_runs.c.stage == stage
            )
            open_errors.append(error_log.c.sync_run_id.in_(runs_of_stage))
        resolve = (
            update(error_log)
            .where(*open_errors)
            .values(
                status="resolved",
                resolved_at=utc_now(),
                resolved_by=resolved_by,
                resolution_notes=notes,
            )
        )
        with self._database.writing() as connection:
            return connection.execute(resolve).rowcount
