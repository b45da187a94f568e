"""The ledger's state as Prometheus metrics, in its text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import Column, func, select

from metadata_assets.ledger.model import dead_letter_queue, error_log, sync_markers, sync_runs
from metadata_assets.ledger.store import Ledger

_HOURS = 24
_STATISTICS = {
    "success_rate": "Share of the runs of the last day that completed, of those that ended.",
    "p50_duration_ms": "Median duration of the runs of the last day.",
    "p95_duration_ms": "Duration that 95 % of the runs of the last day did not exceed.",
    "total_records_processed": "Records processed by the runs of the last day.",
}


def prometheus_text(ledger: Ledger) -> str:
    """What a scrape gets: counts by source and status, ages of positions, the runs of the last day.

    Raises:
        TransientError: The ledger's database does not answer.
    """
    registry = CollectorRegistry()
    runs, errors, letters = sync_runs.c, error_log.c, dead_letter_queue.c
    for name, told, labels in (
        ("sync_runs", "Sync runs on record.", (runs.schema_name, runs.stage, runs.status)),
        ("errors", "Errors on record.", (errors.schema_name, errors.error_type, errors.status)),
        ("dead_letters", "Dead letters on record.", (letters.schema_name, letters.status)),
    ):
        _count(ledger, registry, f"metadata_assets_{name}", told, labels)
    _age_positions(ledger, registry)
    statistics = ledger.get_sync_statistics(hours=_HOURS)["sync_runs"]
    for name, told in _STATISTICS.items():
        Gauge(f"metadata_assets_{name}", told, registry=registry).set(statistics[name])
    return generate_latest(registry).decode()


def _count(
    ledger: Ledger,
    registry: CollectorRegistry,
    name: str,
    told: str,
    columns: tuple[Column[str | None], ...],
) -> None:
    labels = ["source" if column.name == "schema_name" else column.name for column in columns]
    gauge = Gauge(name, told, labels, registry=registry)
    with ledger._database.reading() as connection:
        for *values, count in connection.execute(select(*columns, func.count()).group_by(*columns)):
            gauge.labels(*(value or "" for value in values)).set(count)


def _age_positions(ledger: Ledger, registry: CollectorRegistry) -> None:
    gauge = Gauge(
        "metadata_assets_position_age_seconds",
        "Since a source's position of a stage was moved last.",
        ["source", "stage", "marker_type"],
        registry=registry,
    )
    markers = sync_markers.c
    statement = select(
        markers.schema_name, markers.table_name, markers.marker_type, markers.last_updated
    )
    with ledger._database.reading() as connection:
        now = ledger._database.now(connection)
        for source, stage, marker_type, moved in connection.execute(statement):
            gauge.labels(source, stage or "", marker_type).set((now - moved).total_seconds())
