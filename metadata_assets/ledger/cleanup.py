"""Cleanup: forget what is over and old, a little at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, Table, delete, func, or_, select

from metadata_assets.ledger.model import (
    dead_letter_queue,
    error_log,
    schema_registry,
    sync_runs,
)
from metadata_assets.ledger.state import LedgerState

RETENTION_DAYS = 30.0
KEEP_VERSIONS = 10

_CHUNK = 1000
"""Rows a transaction deletes: no lock is held for long, whatever there is to delete."""


class Cleanup(LedgerState):
    """Deletes what nobody will ask for any more."""

    def cleanup_old_metadata(
        self, retention_days: float = RETENTION_DAYS, keep_versions: int = KEEP_VERSIONS
    ) -> dict[str, int]:
        """Delete ended runs, closed errors and settled letters that are old, and old versions.

        What is open is never deleted, nor is a run that an open error or a waiting letter is of.

        Args:
            retention_days: How long what is over is kept.
            keep_versions: How many versions of each table's schema stay, the newest.

        Returns:
            How many rows were deleted of each table.
        """
        with self._database.reading() as connection:
            before = self._database.now(connection) - timedelta(days=retention_days)
        old = {
            dead_letter_queue: _settled_letters(before),
            error_log: _closed_errors(before),
            sync_runs: _ended_runs(before),
            schema_registry: _versions_beyond(keep_versions),
        }
        return {table.name: self._delete(table, rows) for table, rows in old.items()}

    def _delete(self, table: Table, rows: Select[Any]) -> int:
        with self._database.reading() as connection:
            ids = connection.scalars(rows).all()
        deleted = 0
        for start in range(0, len(ids), _CHUNK):
            chunk = delete(table).where(table.c.id.in_(ids[start : start + _CHUNK]))
            with self._database.writing() as connection:
                deleted += connection.execute(chunk).rowcount
        return deleted


def _settled_letters(before: Any) -> Select[Any]:
    letters = dead_letter_queue.c
    return select(letters.id).where(
        letters.status.in_(("resolved", "discarded")), letters.processed_at < before
    )


def _closed_errors(before: Any) -> Select[Any]:
    errors, letters = error_log.c, dead_letter_queue.c
    waiting = select(letters.error_log_id).where(
        letters.status.in_(("pending", "processing")), letters.error_log_id.is_not(None)
    )
    return select(errors.id).where(
        errors.status.in_(("resolved", "ignored")),
        errors.resolved_at < before,
        errors.id.not_in(waiting),
    )


def _ended_runs(before: Any) -> Select[Any]:
    runs, errors, letters = sync_runs.c, error_log.c, dead_letter_queue.c
    of_open_errors = select(errors.sync_run_id).where(
        errors.status == "open", errors.sync_run_id.is_not(None)
    )
    of_waiting_letters = select(letters.sync_run_id).where(
        letters.status.in_(("pending", "processing")), letters.sync_run_id.is_not(None)
    )
    return select(runs.id).where(
        runs.status != "running",
        runs.completed_at < before,
        ~or_(runs.id.in_(of_open_errors), runs.id.in_(of_waiting_letters)),
    )


def _versions_beyond(keep: int) -> Select[Any]:
    versions = schema_registry.c
    age = func.row_number().over(
        partition_by=(versions.schema_name, versions.table_name), order_by=versions.version.desc()
    )
    numbered = select(versions.id, age.label("age")).subquery()
    return select(numbered.c.id).where(numbered.c.age > keep)
