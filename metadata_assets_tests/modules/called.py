"""Functions that python tasks of tests call; little is imported, for each call is a process."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path


def greet(name: str = "world") -> str:
    print("to standard output")
    return f"hello {name}"


def overlap(folder: str, name: str, other: str) -> None:
    """Succeeds only while another task does the same: each waits for the other's mark."""
    Path(folder, name).touch()
    deadline = time.monotonic() + 30
    while not Path(folder, other).exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def hang(started: str) -> None:
    """Never ends, and starts a process that does not either."""
    child = subprocess.Popen(["sleep", "600"])
    Path(started).write_text(str(child.pid))
    time.sleep(600)


def fail_until(counter: str, attempts: int) -> str:
    """Fails but for the last of so many attempts."""
    file = Path(counter)
    made = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(made))
    if made < attempts:
        raise OSError("password=hunter2 is wrong")
    return f"attempt {made}"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
