"""Rows of the registry as Arrow, and back.

Columns are built from buffers: every `pa.array` or `pa.scalar` of Python values imports pandas,
which takes a second.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa


def text_column(values: Sequence[str]) -> pa.Array[Any]:
    """A string array without nulls."""
    encoded = [value.encode() for value in values]
    offsets = array("i", accumulate(map(len, encoded), initial=0))
    text = b"".join(encoded)
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(offsets), pa.py_buffer(text))


def int_column(values: Iterable[int]) -> pa.Array[Any]:
    """A 64-bit integer array without nulls."""
    numbers = array("q", values)
    buffers = [None, pa.py_buffer(numbers)]
    return pa.Array.from_buffers(pa.int64(), len(numbers), buffers)
