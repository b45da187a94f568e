"""Commands that run until they are interrupted, and then end well."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import FrameType

from metadata_assets.cli.app import err


class Interruption:
    """Whether Ctrl-C or SIGTERM has come.

    No `threading.Event`: a signal's handler runs in the thread that waits, and where it comes while
    that holds the event's lock, setting the event waits for ever. `SimpleQueue.put` may interrupt
    a `get` of the same thread (https://docs.python.org/3/library/queue.html#simplequeue-objects).
    """

    def __init__(self, promise: str) -> None:
        """`promise` is what is said to the first signal."""
        self.has_come = False
        self._promise = promise
        self._signals: SimpleQueue[int] = SimpleQueue()

    def wait(self, seconds: float) -> bool:
        """Wait until a signal comes, at most so long; whether one has come."""
        if not self.has_come:
            with suppress(Empty):
                self._signals.get(timeout=seconds)
        return self.has_come

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """A signal has come.

        Raises:
            KeyboardInterrupt: It is the second.
        """
        if self.has_come:
            raise KeyboardInterrupt
        self.has_come = True
        self._signals.put(number)
        if self._promise:
            err.print(f"{signal.Signals(number).name}: {self._promise}")


@contextmanager
def until_interrupted(promise: str = "") -> Iterator[Interruption]:
    """What notes Ctrl-C and SIGTERM; a second one ends the program at once.

    The first raises nothing: an exception that is raised while garbage is collected, say, is lost.

    Args:
        promise: What is said to the first, such as what is finished before.
    """
    interruption = Interruption(promise)
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interruption.handle) for number in signals}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
