"""The cells of workbooks, read by a process of its own that may fail without harm."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metadata_assets.sources.files.grid import Grid, Merge
from metadata_assets.sources.files.inferred import Unreadable

SAMPLE_ROWS = 10_000
"""How many rows of a sheet are looked at."""

_MEND_LARGE = "clear cells far from its table, or save its sheets as .csv"

_SCRIPT = Path(__file__).with_name("cells.py")
_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
    "timedelta": lambda seconds: dt.timedelta(seconds=seconds),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        name: On its tab.
        is_visible: Whether its tab is shown.
        rows: The first rows in use.
        height: How many rows are in use.
        merges: Merged ranges, counted from the first cell in use.
    """

    name: str
    is_visible: bool
    rows: Grid
    height: int
    merges: tuple[Merge, ...]


class CellReader:
    """Reads workbooks in another process, started when the first one comes."""

    def __init__(self, seconds: float, rows: int = SAMPLE_ROWS) -> None:
        """Give each workbook so long, and look at so many rows of a sheet."""
        self._seconds = seconds
        self._rows = rows
        self._process: subprocess.Popen[str] | None = None

    def sheets(self, path: Path) -> list[Sheet]:
        """The sheets of a workbook, without charts and the like.

        Raises:
            Unreadable: It is damaged or protected by a password, or too much to read.
        """
        process = self._process = self._process or _start(self._rows)
        if process.stdin is None or process.stdout is None:
            raise TypeError("the process has no pipes")
        timer = threading.Timer(self._seconds, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(str(path.absolute())) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            # The timer is gone once it has fired.
            is_late = not timer.is_alive()
            timer.cancel()
        if not line:
            self.close()
            raise Unreadable(self._ended(process.returncode, is_late=is_late))
        answer = json.loads(line, object_hook=_untagged)
        if "error" in answer:
            raise Unreadable(answer["error"])
        return [_sheet(found) for found in answer["sheets"]]

    def _ended(self, code: int, *, is_late: bool) -> str:
        """Why the process ended over a workbook."""
        if is_late:
            return f"reading it takes more than {self._seconds:g} seconds; {_MEND_LARGE}"
        # Asking for more memory than it may have, the reader aborts; so does a system short of it.
        if -code in (signal.SIGABRT, signal.SIGKILL):
            return f"reading it takes too much memory; {_MEND_LARGE}"
        return "the workbook is damaged: its reader failed; open it and save it again as .xlsx"

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            # Waits for it, and closes its pipes.
            self._process.communicate()
            self._process = None


def _start(rows: int) -> subprocess.Popen[str]:
    # -I: nothing around this project's files can be imported instead of the standard library.
    return subprocess.Popen(
        [sys.executable, "-I", str(_SCRIPT), str(rows)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )


def _sheet(found: dict[str, Any]) -> Sheet:
    row, column = found["start"] or (0, 0)
    return Sheet(
        name=found["name"],
        is_visible=found["is_visible"],
        rows=found["rows"],
        height=found["height"],
        merges=tuple(
            ((top - row, left - column), (bottom - row, right - column))
            for (top, left), (bottom, right) in found["merges"]
            if top >= row and left >= column
        ),
    )


def _untagged(value: dict[str, Any]) -> Any:
    if len(value) != 1:
        return value
    ((tag, content),) = value.items()
    return _KINDS[tag](content) if tag in _KINDS else value
