"""One task, tried as often as it may be, and put on record."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from threading import Thread
from time import monotonic

from metadata_assets.errors import ConfigurationError, MetadataAssetsError
from metadata_assets.ledger.recording import recorded_run
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.outcome import TaskOutcome, TaskResult, TaskTimedOut
from metadata_assets.modules.plan import Task

TASK_STAGE = "module_task"
"""The stage of a task's run in the ledger, whose source is the task's key."""

_LOOK_SECONDS = 0.2
_GRACE_SECONDS = 3.0

RunTask = Callable[[Task, Limit], TaskResult]
"""Does what a task asks, once; raises an error of this project where it fails."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Where runs are put on record.

    Attributes:
        ledger: There.
        dagster_run_id: The Dagster run they are part of.
    """

    ledger: Ledger
    dagster_run_id: str | None = None


def attempted(task: Task, run_task: RunTask, recorder: Recorder, limit: Limit) -> TaskOutcome:
    """Run a task on record.

    Args:
        task: What to do.
        run_task: Does it.
        recorder: Where its run is put on record.
        limit: That of its module.
    """
    started = monotonic()
    attempts = _Attempts(task, run_task, limit)
    outcome = TaskOutcome(task.name, task.row.task_type, task.row.execution_order, "failed")
    try:
        with recorded_run(
            recorder.ledger,
            task.row.key,
            stage=TASK_STAGE,
            dagster_run_id=recorder.dagster_run_id,
            source_info={"task_type": task.row.task_type},
        ) as run:
            result = attempts.result()
            run.statistics = SyncRunStatistics(records_processed=result.rows or 0)
        outcome = replace(outcome, status="succeeded", result=result, message=result.note)
    except MetadataAssetsError as error:
        outcome = replace(outcome, message=str(error))
    return replace(outcome, attempts=attempts.made, seconds=monotonic() - started)


@dataclass(slots=True)
class _Attempts:
    task: Task
    run_task: RunTask
    limit: Limit
    made: int = 0

    def result(self) -> TaskResult:
        """What the first attempt that succeeds gives; raises what the last one raises."""
        spec, key = self.task.spec, self.task.row.key
        while True:
            if self.limit.is_over:
                raise TaskTimedOut("the time of its module was over before it began", where=key)
            self.made += 1
            try:
                return self._within(self.limit.within(spec.timeout_seconds))
            except MetadataAssetsError as error:
                # What is configured wrongly stays so, and what was too slow had its time.
                is_final = isinstance(error, (ConfigurationError, TaskTimedOut))
                if is_final or self.made > spec.retries:
                    raise
            self.limit.pause(spec.retry_seconds)

    def _within(self, limit: Limit) -> TaskResult:
        """One attempt; one that does not react to the end of its limit is left behind.

        A driver that waits for an answer to its greeting, say, hears of no interruption.
        """
        future: Future[TaskResult] = Future()

        def settle() -> None:
            try:
                future.set_result(self.run_task(self.task, limit))
            # Raised where the result is asked for.
            except BaseException as error:  # noqa: BLE001
                future.set_exception(error)

        Thread(target=settle, name=f"attempt at {self.task.name}", daemon=True).start()
        while not limit.is_over:
            if wait([future], timeout=min(_LOOK_SECONDS, limit.seconds_left)).done:
                break
        if not wait([future], timeout=_GRACE_SECONDS).done:
            raise TaskTimedOut(
                "it took too long, and does not react to being ended", where=self.task.row.key
            )
        return future.result()
