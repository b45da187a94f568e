"""The tasks of modules that are Dagster runs of their own, each in a process that can be ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import dagster as dg
from dagster._serdes import serialize_value

from metadata_assets.control.sources import probe_all
from metadata_assets.control.tasks import AssetTask
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.modules.attempts import RunTask
from metadata_assets.modules.child import call_in_child
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.outcome import TaskResult, TaskTimedOut
from metadata_assets.modules.plan import Task
from metadata_assets.modules.runners import core_runners
from metadata_assets.settings import Settings

_CHILDREN = "metadata_assets.defs.module_children"


def all_runners(
    settings: Settings, instance: dg.DagsterInstance, ledger: Ledger
) -> Mapping[str, RunTask]:
    """The runner of every task type.

    Args:
        settings: Where state lives; as many Dagster runs as it has workers go on at once.
        instance: Records the runs that tasks are.
        ledger: Remembers the fingerprints of sources.
    """
    slots = threading.Semaphore(settings.workers)
    reference = serialize_value(instance.get_ref()) if instance.is_persistent else None

    def in_child(function: str, task: Task, limit: Limit, **arguments: Any) -> Any:
        with _one_of(slots, limit, task):
            return call_in_child(
                f"{_CHILDREN}:{function}",
                {"instance": reference, **arguments},
                limit=limit,
                where=task.row.key,
            )

    def sync(task: Task, limit: Limit) -> TaskResult:
        lake, now = Lake(settings.lake_uri), datetime.now(timezone.utc)
        (probed,) = probe_all([task.row], settings.home_path, lake, ledger, now=now)
        if probed.error is not None:
            raise probed.error
        if probed.reason is None:
            return TaskResult(note="unchanged")
        run_id = in_child("sync_source", task, limit, source=task.row.key)
        return TaskResult(note=f"synced, {probed.reason} (run {run_id})")

    def assets(task: Task, limit: Limit) -> TaskResult:
        assert isinstance(task.spec, AssetTask)
        spec = task.spec
        run_id = in_child(
            "materialize_assets",
            task,
            limit,
            selection=spec.selection,
            partition=spec.partition,
            where=task.row.key,
        )
        return TaskResult(note=f"materialized {spec.selection} (run {run_id})")

    return {**core_runners(settings), "catalog_sync": sync, "asset": assets}


@contextmanager
def _one_of(slots: threading.Semaphore, limit: Limit, task: Task) -> Iterator[None]:
    """One of the slots, as soon as one is free."""
    while not slots.acquire(timeout=0.1):
        if limit.is_over:
            raise TaskTimedOut("other tasks ran until its time was over", where=task.row.key)
    try:
        yield
    finally:
        slots.release()
