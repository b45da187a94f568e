"""What the ledger's tests run in processes of their own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.process import BaseProcess
from typing import Any

from metadata_assets.ledger.process import ProcessIdentity

# Forked, so that each is at work at once and not after seconds of imports.
_FORK = multiprocessing.get_context("fork")


def start_process(work: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Run a function in a new process."""
    process = _FORK.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def run_at_once(work: Callable[..., None], count: int, *arguments: Any) -> None:
    """Run a function in several processes that start together; all must succeed.

    It gets its number, then the arguments.
    """
    barrier = _FORK.Barrier(count)

    def start(number: int) -> None:
        barrier.wait(timeout=30)
        work(number, *arguments)

    processes = [start_process(start, number) for number in range(count)]
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0] * count


def ended_process() -> ProcessIdentity:
    """A process that was here before this one, and had its number."""
    current = ProcessIdentity.current()
    ticks, namespace = current.started.split("@")
    return replace(current, started=f"{int(ticks) - 100}@{namespace}")
