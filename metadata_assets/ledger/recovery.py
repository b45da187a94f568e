"""Recovery: settle the runs that will never say how they ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from sqlalchemy import select

from metadata_assets.ledger.model import sync_runs
from metadata_assets.ledger.process import ProcessIdentity
from metadata_assets.ledger.runs import end_run, run_of
from metadata_assets.ledger.state import LedgerState, matching
from metadata_assets.ledger.values import SyncRun

IsOver = Callable[[str], bool]
"""Whether a Dagster run, by its id, has ended."""


class Recovery(LedgerState):
    """Finds runs that died, and marks them as failed."""

    def recover_failed_runs(
        self, max_age_hours: float = 24, *, is_over: IsOver = lambda _run_id: False
    ) -> list[SyncRun]:
        """Mark as failed the running runs without a sign of life, however long ago they started.

        Args:
            max_age_hours: How old the last heartbeat may be.
            is_over: Tells of a Dagster run whether it has ended; a run that belongs to such a one
                cannot be running any more, whatever its age.

        Returns:
            The runs so marked.
        """
        with self._database.reading() as connection:
            silent_since = self._database.now(connection) - timedelta(hours=max_age_hours)
        running = self._running()
        silent = {run.id for run in running if run.heartbeat_at < silent_since}
        # Asked once for each Dagster run, not for each of its stages.
        over = {
            run_id: is_over(run_id)
            for run_id in {run.dagster_run_id for run in running if run.id not in silent}
            if run_id is not None
        }
        return [
            *self._fail((run for run in running if run.id in silent), "no sign of life"),
            *self._fail(
                (run for run in running if over.get(run.dagster_run_id or "")),
                "its Dagster run has ended",
            ),
        ]

    def abandon_dead_runs(self) -> list[SyncRun]:
        """Mark as failed the running runs of this host whose process is no more.

        Returns:
            The runs so marked.
        """
        mine = self._running(node_id=ProcessIdentity.current().host)
        return self._fail(filter(_has_ended, mine), "its process ended")

    def _running(self, node_id: str | None = None) -> list[SyncRun]:
        statement = select(sync_runs).where(*matching(sync_runs, status="running", node_id=node_id))
        with self._database.reading() as connection:
            return [SyncRun(**row._asdict()) for row in connection.execute(statement)]

    def _fail(self, runs: Iterable[SyncRun], reason: str) -> list[SyncRun]:
        dead = list(runs)
        if not dead:
            return []
        with self._database.writing() as connection:
            now = self._database.now(connection)
            return [
                run_of(connection, run.id)
                for run in dead
                # Another process may be clearing up as well, or the run gave a late sign of life.
                if end_run(
                    *(connection, run, "failed", _abandoned(run, reason), None, now),
                    sync_runs.c.heartbeat_at == run.heartbeat_at,
                )
            ]


def _has_ended(run: SyncRun) -> bool:
    process = ProcessIdentity.parse(run.instance_id)
    return process is not None and process.has_ended()


def _abandoned(run: SyncRun, reason: str) -> str:
    last = run.heartbeat_at.isoformat(timespec="seconds")
    return f"{run.instance_id} never finished this run: {reason}; its last sign of life was {last}."
