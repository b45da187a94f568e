"""Read the cells of workbooks, in a process of its own: run as a script, never imported.

A damaged workbook can make the native reader panic, or ask for hundreds of gigabytes for two cells
far apart. Here that ends this process only. Paths come on standard input, one a line; for each, one
line of JSON goes to standard output. Nothing but the reader is imported: it starts in no time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
import zipfile
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

MEMORY_BYTES = 2 * 1024**3
UNPACKED_BYTES = 1024**3
"""A workbook that unpacks to more is not opened: the reader takes about as much memory."""


def main(sample_rows: int) -> None:
    """Answer every path until the input ends."""
    _limit_memory()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Whatever a native library prints must not get among the answers.
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            path = json.loads(line)
            _require_moderate(path)
            answer: dict[str, Any] = {"sheets": _sheets(path, sample_rows)}
        except (
            *(CalamineError, OSError, MemoryError, OverflowError, RuntimeError),
            zipfile.BadZipFile,
        ) as error:
            answer = {"error": _reason(error)}
        answers.write(json.dumps(answer, default=_tagged) + "\n")
        answers.flush()


def _require_moderate(path: str) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > UNPACKED_BYTES:
        raise MemoryError(
            f"it unpacks to {unpacked / 1e9:.1f} GB, and more than {UNPACKED_BYTES / 1e9:.1f} are "
            "not read; save its sheets as .csv"
        )


def _reason(error: Exception) -> str:
    if isinstance(error, PasswordError):
        return "a password protects the workbook; save a copy without one"
    if isinstance(error, OverflowError):
        return f"a number is formatted as a duration and too large for one ({error}); correct it"
    if isinstance(error, CalamineError | RuntimeError | zipfile.BadZipFile):
        return f"it is no workbook, or a damaged one ({error}); open it and save it again as .xlsx"
    return str(error) or "reading it takes too much memory; save its sheets as .csv"


def _limit_memory() -> None:
    # Not on Windows, and not above a lower limit that holds already.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))


def _sheets(path: str, sample_rows: int) -> list[dict[str, Any]]:
    with _opened(path) as workbook:
        return [
            {
                "name": sheet.name,
                "is_visible": str(sheet.visible).endswith(".Visible"),
                **_cells(workbook.get_sheet_by_name(sheet.name), sample_rows),
            }
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]


def _opened(path: str) -> CalamineWorkbook:
    """The workbook, whatever its suffix says of its format."""
    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError:
        raise
    except CalamineError as error:
        with open(path, "rb") as file:  # noqa: PTH123 (this process imports next to nothing)
            try:
                return CalamineWorkbook.from_filelike(file)
            except PasswordError:
                raise
            except CalamineError:
                raise error from None


def _cells(sheet: CalamineSheet, sample_rows: int) -> dict[str, Any]:
    return {
        "rows": sheet.to_python(nrows=sample_rows),
        "height": sheet.height,
        "start": sheet.start,
        "merges": sheet.merged_cell_ranges or [],
    }


def _tagged(value: Any) -> dict[str, str | float]:
    if isinstance(value, dt.timedelta):
        return {"timedelta": value.total_seconds()}
    # A datetime is a date to Python, so it comes first.
    kinds = (dt.datetime, dt.date, dt.time)
    kind = next(kind for kind in kinds if isinstance(value, kind))
    return {kind.__name__: value.isoformat()}


if __name__ == "__main__":
    main(int(sys.argv[1]))
