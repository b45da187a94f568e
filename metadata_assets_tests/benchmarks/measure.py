"""Times of things that are compared: run in turn, so that a busy moment hits them all."""

from __future__ import annotations

import math
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

Candidates = Mapping[str, Callable[[], object]]

SLOW_SECONDS = 2.0
"""How long a candidate may take and still be run in every round."""


def medians(candidates: Candidates, *, rounds: int) -> dict[str, float]:
    """The median seconds of each candidate, after one round that does not count.

    One that takes longer than `SLOW_SECONDS` is run in three rounds only, or in that first one if
    it takes ten times as long.
    """
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(rounds + 1):
        for name, run in candidates.items():
            if turn > _turns(seconds[name], rounds):
                continue
            began = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken[1:] or taken) for name, taken in seconds.items()}


def _turns(taken: Sequence[float], rounds: int) -> int:
    if not taken or taken[0] < SLOW_SECONDS:
        return rounds
    return 3 if taken[0] < 10 * SLOW_SECONDS else 0


def growth_exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """The k of `seconds = c * size ** k` through two (size, seconds)."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def peak_megabytes(work: Callable[[], object]) -> float:
    """What some work adds to the peak memory of a new process, over the imports of its module."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_added_megabytes, work).result()


def _added_megabytes(work: Callable[[], object]) -> float:
    before = _peak_kilobytes()
    work()
    return (_peak_kilobytes() - before) / 1024


def _peak_kilobytes() -> int:
    # Not ru_maxrss: that of a new process begins with its parent's.
    (peak,) = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak)
