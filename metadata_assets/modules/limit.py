"""How long something may go on, and whether it is to stop before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Limit:
    """A time that comes to an end, or is brought to one.

    Attributes:
        ends: When, by the monotonic clock.
        stopped: Set when everything is to stop at once.
    """

    ends: float
    stopped: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, seconds: float) -> Limit:
        """One that begins now."""
        return cls(monotonic() + seconds)

    def within(self, seconds: float) -> Limit:
        """One that begins now, and ends with this one at the latest."""
        return Limit(min(self.ends, monotonic() + seconds), self.stopped)

    @property
    def seconds_left(self) -> float:
        """How much is left, at least none."""
        return max(0.0, self.ends - monotonic())

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.stopped.is_set() or self.seconds_left == 0

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        self.stopped.wait(min(seconds, self.seconds_left))


@contextmanager
def interrupted_at(limit: Limit, interrupt: Callable[[], object]) -> Iterator[threading.Event]:
    """Call `interrupt`, from another thread, if the limit ends before the block does.

    Yields:
        An event that is set when it was called.
    """
    done, called = threading.Event(), threading.Event()

    def watch() -> None:
        while not done.wait(min(_LOOK_SECONDS, limit.seconds_left)):
            if limit.is_over:
                called.set()
                interrupt()
                return

    thread = threading.Thread(target=watch, name="limit", daemon=True)
    thread.start()
    try:
        yield called
    finally:
        done.set()
        thread.join()
