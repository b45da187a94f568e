"""Run a planned module: each step after the one before, its tasks side by side.

When a task fails, those that run are let finish, and what has not begun is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.modules.attempts import Recorder, RunTask, attempted
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.outcome import ModuleRun, TaskOutcome
from metadata_assets.modules.plan import ModulePlan, Task

SIDE_BY_SIDE = 16
"""How many tasks of a step run at once; they mostly wait for servers and processes."""

OnTask = Callable[[TaskOutcome], None]
"""Told of each task as it ends."""


def run_module(
    plan: ModulePlan,
    runners: Mapping[str, RunTask],
    recorder: Recorder,
    limit: Limit,
    on_task: OnTask,
) -> ModuleRun:
    """Run the tasks of a module.

    Args:
        plan: What to run.
        runners: Do what one task asks, by task type.
        recorder: Where the tasks' runs are put on record.
        limit: How long all of it may take; stopped if this is interrupted.
        on_task: Told of each task as it ends, in this thread.

    Raises:
        ConfigurationError: Every task is inactive, so there is nothing to run.
    """
    if not plan.steps:
        raise ConfigurationError(
            "every task of it is inactive; nothing was run",
            where=plan.module,
            remedy="Set is_active of one of its rows.",
        )
    waiting = {task.name: task for task in plan.tasks}
    done: dict[str, TaskOutcome] = {}
    running: dict[Future[TaskOutcome], Task] = {}
    with ThreadPoolExecutor(SIDE_BY_SIDE, "task") as pool, _stopping(limit):
        while True:
            for task in _ready(waiting, done):
                del waiting[task.name]
                run = runners[task.row.task_type]
                running[pool.submit(attempted, task, run, recorder, limit)] = task
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                outcome = future.result()
                done[running.pop(future).name] = outcome
                on_task(outcome)
    reason = _why_skipped(done)
    for task in waiting.values():
        done[task.name] = TaskOutcome(
            task.name, task.row.task_type, task.row.execution_order, "skipped", message=reason
        )
        on_task(done[task.name])
    return ModuleRun(plan.module, tuple(done[task.name] for task in plan.tasks), plan.inactive)


def _ready(waiting: Mapping[str, Task], done: Mapping[str, TaskOutcome]) -> list[Task]:
    succeeded = {name for name, outcome in done.items() if outcome.status == "succeeded"}
    if len(succeeded) < len(done):
        return []
    return [task for task in waiting.values() if task.waits_for <= succeeded]


def _why_skipped(done: Mapping[str, TaskOutcome]) -> str:
    failed = [f"`{name}`" for name, outcome in done.items() if outcome.status == "failed"]
    return f"skipped, because {', '.join(failed)} failed"


@contextmanager
def _stopping(limit: Limit) -> Iterator[None]:
    """Stop what still runs if the block is left by an exception: the pool would wait for it."""
    try:
        yield
    except BaseException:
        limit.stopped.set()
        raise


def statistics_of(run: ModuleRun) -> SyncRunStatistics:
    """What the ledger counts of a module's run: its tasks."""
    counts = run.counts()
    return SyncRunStatistics(records_processed=counts["succeeded"], records_failed=counts["failed"])
