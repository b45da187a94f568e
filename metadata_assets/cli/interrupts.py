"""Commands that run until they are interrupted, and then end well."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from metadata_assets.cli.app import err


@contextmanager
def until_interrupted(promise: str = "") -> Iterator[Event]:
    """An event that is set by Ctrl-C or SIGTERM; a second one ends the program at once.

    No exception: one that is raised while garbage is collected, say, is lost.

    Args:
        promise: What is said to the first, such as what is finished before.
    """
    stopped = Event()

    def stop(number: int, _frame: Any) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()
        if promise:
            err.print(f"{signal.Signals(number).name}: {promise}")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
