"""Which process does a run, told apart from a later one that got the same number.

A process is known by host, process id and start time. What cannot be told counts as alive: another
host's process, another container's, any on a system without POSIX signals.
"""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process of some host.

    Attributes:
        host: The host's name.
        pid: The process id there.
        started: When it started, as its system tells it; empty where it does not.
    """

    host: str
    pid: int
    started: str

    @classmethod
    def current(cls) -> ProcessIdentity:
        """The process that asks."""
        return cls(socket.gethostname(), os.getpid(), _started(os.getpid()) or "")

    @classmethod
    def parse(cls, text: str) -> ProcessIdentity | None:
        """Read `str(identity)` back; None where the text is something else."""
        host, _, rest = text.partition(":")
        pid, _, started = rest.partition(":")
        return cls(host, int(pid), started) if pid.isdecimal() else None

    def __str__(self) -> str:
        """`host:pid:started`."""
        return f"{self.host}:{self.pid}:{self.started}"

    def has_ended(self) -> bool:
        """Whether the process is certainly no more."""
        if os.name != "posix" or self.host != socket.gethostname() or not self.started:
            return False
        if _namespace_of(self.started) != _namespace_of(_started(os.getpid()) or ""):
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # another user's, so it exists
        started = _started(self.pid)
        return started is not None and started != self.started


def _started(pid: int) -> str | None:
    """When a process started: None where it cannot be told, empty if it waits to be reaped."""
    if not (_PROC / "self" / "stat").exists():
        return _started_by_ps(pid)
    try:
        # The second field is the command in parentheses and may hold anything, also parentheses.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state, ticks_since_boot = fields[0], fields[19]
    if state in "ZX":
        return ""
    # Containers that share a host name still number their processes apart.
    return f"{ticks_since_boot}@{(_PROC / 'self' / 'ns' / 'pid').stat().st_ino}"


def _namespace_of(started: str) -> str:
    return started.partition("@")[2]


def _started_by_ps(pid: int) -> str | None:
    listed = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
    )
    return listed.stdout.strip() or None
