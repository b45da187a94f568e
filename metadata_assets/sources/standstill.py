"""Files that nobody has written since they were looked at: a `stat` tells, nothing is opened."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

_JUST_NOW_NS = 2_000_000_000
"""Some file systems tell times by the second or two: a later write may show the same one."""


def standing_still(paths: Iterable[Path]) -> str | None:
    """A text that stays the same while none of the files is written, made or removed.

    Args:
        paths: The files; one that is not there is told too.

    Returns:
        The text; None where one was written just now, so that it might be written again unseen.
    """
    told: list[tuple[str, ...]] = []
    just_now = time.time_ns() - _JUST_NOW_NS
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            told.append((str(path), "absent"))
            continue
        times = (status.st_mtime_ns, status.st_ctime_ns)
        if max(times) >= just_now:
            return None
        told.append((str(path), *map(str, (status.st_size, status.st_ino, *times))))
    return json.dumps(told)
