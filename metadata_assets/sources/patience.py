"""Trying again where that may help: a connection that a moment ago could not be made."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from metadata_assets.errors import SourceUnavailable

PAUSES_SECONDS = (0.3, 1.0)
"""Before the second and the third attempt."""

T = TypeVar("T")


def patiently(connect: Callable[[], T]) -> T:
    """What `connect` returns, at the third attempt at the latest.

    Raises:
        SourceUnavailable: The third attempt failed too; any other error is raised at once.
    """
    for pause in PAUSES_SECONDS:
        try:
            return connect()
        except SourceUnavailable:
            time.sleep(pause)
    return connect()
