"""Sync many sources at once, in a few long-lived worker processes.

Processes, since `execute_in_process` deadlocks in threads of one process; long-lived, since a new
process a run would cost seconds. One source failing, or killing its worker, fails alone.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from functools import cache
from multiprocessing import Pipe, get_context, parent_process
from multiprocessing.connection import wait
from time import monotonic
from types import TracebackType

import dagster as dg

from metadata_assets.defs.execution import RunOutcome, SyncOptions, run_source
from metadata_assets.defs.instance import home_instance
from metadata_assets.settings import Settings


class WorkerPool:
    """Worker processes that sync sources; a context manager.

    They start with the first run and end with the block, or with their parent if it is killed.
    """

    def __init__(self, workers: int) -> None:
        """Prepare the pool; starts nothing yet.

        Args:
            workers: How many sources sync at the same time.
        """
        self._workers = workers
        self._pool = _workers(workers)

    def __enter__(self) -> WorkerPool:
        """The pool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers; after an error without waiting for what is queued."""
        self._pool.shutdown(cancel_futures=error is not None)

    def sync(self, sources: Sequence[str], options: SyncOptions) -> Iterator[RunOutcome]:
        """Sync sources, each in a run of its own; yields each outcome as it comes.

        Args:
            sources: Keys, the most urgent first.
            options: How to extract them.
        """
        futures = {self._pool.submit(_sync_in_worker, key, options): key for key in sources}
        orphans = []
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                orphans.append(futures[future])
        # A worker died (killed, or out of memory) and took the queue with it. Which source it was
        # is unknown, so each left over goes on in a pool of its own.
        if orphans:
            self._pool = _workers(self._workers)
        for key in orphans:
            yield _sync_alone(key, options)


def _sync_alone(source: str, options: SyncOptions) -> RunOutcome:
    started = monotonic()
    with _workers(1) as pool:
        try:
            return pool.submit(_sync_in_worker, source, options).result()
        except BrokenProcessPool:
            error = f"{source}: its worker process died; give it more memory, or sync it again"
            return RunOutcome(source, None, error, monotonic() - started)


def _workers(count: int) -> ProcessPoolExecutor:
    # Spawned, not forked: DuckDB and delta-rs hold threads that a fork would not carry over.
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Make this worker end when its parent is gone, even if that was killed."""
    parent = parent_process()
    if parent is None:
        return
    ending, end = Pipe(duplex=False)

    def watch() -> None:
        if parent.sentinel in wait([parent.sentinel, ending]):
            os._exit(1)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()

    def stop_watching() -> None:
        end.close()
        thread.join()

    atexit.register(stop_watching)


@cache
def _worker_instance() -> dg.DagsterInstance:
    """The instance this worker keeps open for all its runs; closed with the process."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(home_instance(Settings()))


def _sync_in_worker(source: str, options: SyncOptions) -> RunOutcome:
    return run_source(_worker_instance(), source, options)
