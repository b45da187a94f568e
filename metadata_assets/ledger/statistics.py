"""Statistics: how the runs, errors and dead letters of the last hours add up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Executable, Select, case, func, select

from metadata_assets.ledger.model import dead_letter_queue, error_log, sync_runs
from metadata_assets.ledger.state import LedgerState, matching

_runs, _errors, _letters = sync_runs.c, error_log.c, dead_letter_queue.c


class Statistics(LedgerState):
    """Sums up what is on record."""

    def get_sync_statistics(
        self, schema_name: str | None = None, hours: float = 24
    ) -> dict[str, Any]:
        """What happened in the last hours; zeros, never None, where nothing did.

        Args:
            schema_name: Only this source.
            hours: How far back: runs by when they started, errors by when they last occurred.

        Returns:
            `time_range_hours`, `schema_name`, `generated_at`, and

            `sync_runs`: `total_runs`, `completed_runs`, `failed_runs`, `running_runs`,
            `cancelled_runs`, `avg_duration_ms`, `p50_duration_ms` and `p95_duration_ms` (nearest
            rank), `total_records_processed`, `total_bytes_processed`, `success_rate` (completed of
            those that completed or failed; 1 where none did), `records_per_second` (of run time);

            `errors`: `total_errors`, `open_errors`, `retried_errors`, `occurrences`,
            `previous_errors` (in as many hours before);

            `dead_letter_queue`, whatever their age: `total_dlq_records`, `pending_dlq_records`,
            `avg_error_count`.
        """
        with self._database.reading() as connection:
            now = self._database.now(connection)
            since = now - timedelta(hours=hours)
            return {
                "time_range_hours": hours,
                "schema_name": schema_name,
                "sync_runs": _run_statistics(connection, schema_name, since),
                "errors": _error_statistics(connection, schema_name, since, hours),
                "dead_letter_queue": _letter_statistics(connection, schema_name),
                "generated_at": now.isoformat(),
            }


def _run_statistics(
    connection: Connection, schema_name: str | None, since: datetime
) -> dict[str, Any]:
    wanted = [*matching(sync_runs, schema_name=schema_name), _runs.started_at >= since]
    sums = _sums(
        connection,
        select(
            func.count().label("total_runs"),
            *(
                func.sum(case((_runs.status == status, 1), else_=0)).label(f"{status}_runs")
                for status in ("completed", "failed", "running", "cancelled")
            ),
            func.avg(_runs.duration_ms).label("avg_duration_ms"),
            func.sum(_runs.duration_ms).label("milliseconds"),
            func.sum(_runs.records_processed).label("total_records_processed"),
            func.sum(_runs.bytes_processed).label("total_bytes_processed"),
        ).where(*wanted),
    )
    milliseconds = sums.pop("milliseconds")
    decided = sums["completed_runs"] + sums["failed_runs"]
    durations = (
        select(_runs.duration_ms)
        .where(*wanted, _runs.duration_ms.is_not(None))
        .order_by(_runs.duration_ms)
    )
    ended = sums["total_runs"] - sums["running_runs"]
    return sums | {
        "p50_duration_ms": _nearest_rank(connection, durations, ended, 50),
        "p95_duration_ms": _nearest_rank(connection, durations, ended, 95),
        "success_rate": sums["completed_runs"] / decided if decided else 1.0,
        "records_per_second": 1000 * sums["total_records_processed"] / milliseconds
        if milliseconds
        else 0.0,
    }


def _error_statistics(
    connection: Connection, schema_name: str | None, since: datetime, hours: float
) -> dict[str, Any]:
    wanted = matching(error_log, schema_name=schema_name)
    sums = _sums(
        connection,
        select(
            func.count().label("total_errors"),
            func.sum(case((_errors.status == "open", 1), else_=0)).label("open_errors"),
            func.sum(case((_errors.retry_count > 0, 1), else_=0)).label("retried_errors"),
            func.sum(_errors.occurrence_count).label("occurrences"),
        ).where(*wanted, _errors.last_occurred_at >= since),
    )
    before = since - timedelta(hours=hours)
    previous = (
        select(func.count())
        .select_from(error_log)
        .where(*wanted, _errors.last_occurred_at >= before, _errors.last_occurred_at < since)
    )
    return sums | {"previous_errors": connection.scalar(previous)}


def _letter_statistics(connection: Connection, schema_name: str | None) -> dict[str, Any]:
    return _sums(
        connection,
        select(
            func.count().label("total_dlq_records"),
            func.sum(case((_letters.status == "pending", 1), else_=0)).label("pending_dlq_records"),
            func.avg(_letters.error_count).label("avg_error_count"),
        ).where(*matching(dead_letter_queue, schema_name=schema_name)),
    )


def _sums(connection: Connection, statement: Executable) -> dict[str, Any]:
    """The one row; PostgreSQL sums integers as decimals, and no rows as NULL."""
    row = connection.execute(statement).one()._asdict()
    return {
        name: float(value or 0) if name.startswith("avg_") else int(value or 0)
        for name, value in row.items()
    }


def _nearest_rank(connection: Connection, ordered: Select[Any], count: int, percentile: int) -> int:
    rank = -(-count * percentile // 100)  # rounded up
    return connection.scalar(ordered.offset(max(rank - 1, 0)).limit(1)) or 0
