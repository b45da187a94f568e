"""Put a piece of work on record: started, alive, and how it ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from metadata_assets.errors import MetadataAssetsError, PermanentError, TransientError
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import FinalStatus, SyncMode, SyncRun, SyncRunStatistics

HEARTBEAT_SECONDS = 10.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class RecordedRun:
    """A run in progress; its body says here what it counted.

    Attributes:
        run: The run as it was started.
        statistics: What the body counted so far; stored when the run ends, however it ends.
    """

    run: SyncRun
    statistics: SyncRunStatistics = field(default_factory=SyncRunStatistics)


@contextmanager
def recorded_run(
    ledger: Ledger,
    source: str,
    *,
    stage: str,
    dagster_run_id: str | None = None,
    sync_mode: SyncMode = "batch",
    config_hash: str | None = None,
    source_info: Mapping[str, Any] | None = None,
    destination_info: Mapping[str, Any] | None = None,
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
) -> Iterator[RecordedRun]:
    """Record the body of a `with` statement as a run of one stage for one source.

    A body that ends well completes the run and resolves the stage's open errors; one that raises
    fails it and logs the error; one that is interrupted cancels it.

    Args:
        ledger: Where.
        source: The source.
        stage: The step of the pipeline.
        dagster_run_id: The Dagster run it is part of.
        sync_mode: How the source is read.
        config_hash: A hash of the configuration it works by.
        source_info: Where the records come from, without secrets.
        destination_info: Where they go, without secrets.
        heartbeat_seconds: How often the run shows that it is alive.

    Yields:
        The run, to set its statistics on.
    """
    run = ledger.start_sync_run(
        source,
        sync_mode,
        stage=stage,
        dagster_run_id=dagster_run_id,
        config_hash=config_hash,
        source_info=source_info,
        destination_info=destination_info,
    )
    recorded = RecordedRun(run)
    _tell(run, "started")
    try:
        with _heartbeats(ledger, run.id, heartbeat_seconds):
            yield recorded
    except BaseException as error:
        _record_failure(ledger, recorded, error)
        raise
    _tell(ledger.complete_sync_run(run.id, "completed", recorded.statistics), "completed")
    ledger.resolve_errors(source, stage=stage, notes=f"run {run.id} completed")


def _record_failure(ledger: Ledger, recorded: RecordedRun, error: BaseException) -> None:
    run = recorded.run
    status: FinalStatus = "failed" if isinstance(error, Exception) else "cancelled"
    try:
        if status == "failed":
            ledger.log_exception(run.schema_name, error, sync_run_id=run.id)
        message = str(error) or type(error).__name__
        ended = ledger.complete_sync_run(run.id, status, recorded.statistics, message)
        _tell(ended, f"{status}: {message}", logging.ERROR)
    except (MetadataAssetsError, SQLAlchemyError) as trouble:
        # The body's own error is the one to raise.
        _log.warning(
            "run %s of %s ended as %s, which the ledger could not record: %s",
            run.id,
            run.schema_name,
            status,
            redact_text(str(trouble)),
        )


def _tell(run: SyncRun, what: str, level: int = logging.INFO) -> None:
    context = {
        "source": run.schema_name,
        "stage": run.stage,
        "run_id": run.id,
        "dagster_run_id": run.dagster_run_id,
        "status": run.status,
        "duration_ms": run.duration_ms,
    }
    _log.log(level, "%s of %s %s", run.stage, run.schema_name, what, extra=context)


@contextmanager
def _heartbeats(ledger: Ledger, sync_run_id: UUID, seconds: float) -> Iterator[None]:
    """Show that the run is alive, from a thread with its own connection, until the body ends."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(seconds):
            try:
                ledger.heartbeat(sync_run_id)
            except PermanentError:
                return  # someone else has ended the run
            except (TransientError, SQLAlchemyError) as trouble:
                _log.warning("no heartbeat of run %s: %s", sync_run_id, redact_text(str(trouble)))

    thread = threading.Thread(target=beat, name=f"heartbeat {sync_run_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
