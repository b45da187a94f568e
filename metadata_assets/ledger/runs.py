"""Runs: what was started, how it ended, and whether it is still alive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, insert, select, update

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.model import sync_runs
from metadata_assets.ledger.process import ProcessIdentity
from metadata_assets.ledger.redaction import redact_json, redact_text, require_no_secret
from metadata_assets.ledger.state import LedgerState, matching
from metadata_assets.ledger.values import (
    FinalStatus,
    RunStatus,
    SyncMode,
    SyncRun,
    SyncRunStatistics,
)


class Runs(LedgerState):
    """Starts, completes and lists sync runs."""

    def start_sync_run(
        self,
        schema_name: str,
        sync_mode: SyncMode,
        *,
        stage: str | None = None,
        dagster_run_id: str | None = None,
        config_hash: str | None = None,
        source_info: Mapping[str, Any] | None = None,
        destination_info: Mapping[str, Any] | None = None,
        instance_id: str | None = None,
        node_id: str | None = None,
    ) -> SyncRun:
        """Put a run on record as running in this process.

        Args:
            schema_name: The source.
            sync_mode: How it is read.
            stage: The step of the pipeline, such as an asset's name.
            dagster_run_id: The Dagster run it is part of.
            config_hash: A hash of the configuration it works by.
            source_info: Where the records come from, without secrets.
            destination_info: Where they go, without secrets.
            instance_id: What does the run; by default this process.
            node_id: Where that is; by default this host.

        Returns:
            The run.

        Raises:
            ConfigurationError: A secret would be stored.
        """
        run_id, process = uuid4(), ProcessIdentity.current()
        with self._database.writing() as connection:
            # The clock by which recovery tells how long a run has been silent, whoever's runs out.
            now = self._database.now(connection)
            connection.execute(
                insert(sync_runs).values(
                    id=run_id,
                    schema_name=schema_name,
                    stage=stage,
                    sync_mode=sync_mode,
                    status="running",
                    started_at=now,
                    heartbeat_at=now,
                    config_hash=config_hash,
                    source_info=require_no_secret(storable_json(source_info), where=schema_name),
                    destination_info=require_no_secret(
                        storable_json(destination_info), where=schema_name
                    ),
                    instance_id=instance_id or str(process),
                    node_id=node_id or process.host,
                    dagster_run_id=dagster_run_id,
                )
            )
            return run_of(connection, run_id)

    def complete_sync_run(
        self,
        sync_run_id: UUID,
        status: FinalStatus,
        statistics: SyncRunStatistics,
        error_message: str | None = None,
        error_details: Mapping[str, Any] | None = None,
    ) -> SyncRun:
        """Put on record how a running run ended.

        Args:
            sync_run_id: The run.
            status: How it ended.
            statistics: What it counted.
            error_message: Why it failed; secrets are hidden.
            error_details: More about that; secrets are hidden.

        Returns:
            The run as it is now.

        Raises:
            PermanentError: There is no such run, or it has ended before.
        """
        with self._database.writing() as connection:
            run = run_of(connection, sync_run_id)
            counts = asdict(statistics)
            now = self._database.now(connection)
            if end_run(connection, run, status, error_message, error_details, now, **counts):
                return run_of(connection, sync_run_id)
            raise PermanentError("the run has ended already", where=f"sync run {sync_run_id}")

    def heartbeat(self, sync_run_id: UUID) -> None:
        """Put on record that a run is still alive.

        Raises:
            PermanentError: There is no such run, or it has ended.
        """
        beat = update(sync_runs).where(
            sync_runs.c.id == sync_run_id, sync_runs.c.status == "running"
        )
        with self._database.writing() as connection:
            now = self._database.now(connection)
            if connection.execute(beat.values(heartbeat_at=now)).rowcount == 0:
                raise PermanentError("no such run is running", where=f"sync run {sync_run_id}")

    def sync_run(self, sync_run_id: UUID) -> SyncRun:
        """One run.

        Raises:
            PermanentError: There is no such run.
        """
        with self._database.reading() as connection:
            return run_of(connection, sync_run_id)

    def runs(
        self,
        schema_name: str | None = None,
        *,
        status: RunStatus | None = None,
        stage: str | None = None,
        dagster_run_id: str | None = None,
        limit: int = 50,
    ) -> list[SyncRun]:
        """Runs, newest first; each argument given leaves out what differs from it."""
        wanted = matching(
            sync_runs,
            schema_name=schema_name,
            status=status,
            stage=stage,
            dagster_run_id=dagster_run_id,
        )
        statement = (
            select(sync_runs)
            .where(*wanted)
            .order_by(sync_runs.c.started_at.desc(), sync_runs.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [SyncRun(**row._asdict()) for row in connection.execute(statement)]


def run_of(connection: Connection, sync_run_id: UUID) -> SyncRun:
    """One run, read in a transaction.

    Raises:
        PermanentError: There is no such run.
    """
    statement = select(sync_runs).where(sync_runs.c.id == sync_run_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise PermanentError("there is no such run", where=f"sync run {sync_run_id}")
    return SyncRun(**row._asdict())


def end_run(
    connection: Connection,
    run: SyncRun,
    status: FinalStatus,
    error_message: str | None,
    error_details: Mapping[str, Any] | None,
    now: datetime,
    *conditions: ColumnElement[bool],
    **counts: int,
) -> bool:
    """End a run; False where it was not running any more, or does not meet a condition."""
    ended = connection.execute(
        update(sync_runs)
        .where(sync_runs.c.id == run.id, sync_runs.c.status == "running", *conditions)
        .values(
            status=status,
            completed_at=now,
            duration_ms=max(0, round((now - run.started_at).total_seconds() * 1000)),
            error_message=None if error_message is None else redact_text(error_message),
            error_details=redact_json(storable_json(error_details)),
            **counts,
        )
    )
    return ended.rowcount == 1
