"""Rows that lie together by their table, as runs: numbered, and their texts hashed.

What is sorted by table already need be neither sorted nor grouped again for that: of 105,000
columns this takes 23 ms, where the window, ordered aggregate and hash of SQL take 123.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_Numbers = npt.NDArray[np.int64]


def numbered(rows: pa.Table, column: str) -> pa.Table:
    """The rows, with those of each table numbered from 1.

    Args:
        rows: With `table_fqdn`, the rows of a table together.
        column: The one that is to hold the numbers.
    """
    if not rows.num_rows:
        return rows
    _, of_row, begins = _runs(rows)
    numbers = np.arange(1, rows.num_rows + 1) - begins[of_row]
    return rows.set_column(rows.schema.get_field_index(column), column, _array(numbers))


def hashed(rows: pa.Table, column: str) -> pa.Table:
    """The texts of each table, one behind the other, hashed.

    Args:
        rows: With `table_fqdn`, the rows of a table together.
        column: The one that holds the texts; none is null.

    Returns:
        Each `table_fqdn` with the SHA-256 of its text, in hexadecimal, under the same name.
    """
    if not rows.num_rows:
        return rows.select(["table_fqdn", column])
    tables, _, begins = _runs(rows)
    # Texts lie one behind the other: without the bounds between those of a table, they are one.
    texts = rows[column].cast(pa.large_string()).combine_chunks()
    _, bounds, letters = texts.buffers()
    each = pa.Array.from_buffers(pa.int64(), len(texts) + 1, [None, bounds], offset=texts.offset)
    starts_and_ends = pairwise(np.from_dlpack(each)[begins].tolist())
    text = memoryview(letters or b"")
    # Python's takes a third of the time of DuckDB's: it uses the processor's own instructions.
    hashes = [sha256(text[start:end]).hexdigest() for start, end in starts_and_ends]
    return pa.table([tables, _texts(hashes)], names=["table_fqdn", column])


def _runs(rows: pa.Table) -> tuple[pa.Array[Any], _Numbers, _Numbers]:
    """The tables in order, which of them each row is of, and where each begins; last, the end."""
    runs = rows["table_fqdn"].combine_chunks().dictionary_encode()
    of_row = np.from_dlpack(runs.indices).astype(np.int64)
    return runs.dictionary, of_row, np.searchsorted(of_row, np.arange(len(runs.dictionary) + 1))


# Not pa.array, nor to_numpy above: they import pandas, most of a second and 30 MB.


def _array(numbers: _Numbers) -> pa.Array[Any]:
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers.tobytes())])


def _texts(texts: Sequence[str]) -> pa.Array[Any]:
    bounds = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    letters = pa.py_buffer("".join(texts).encode())
    return pa.Array.from_buffers(
        pa.large_string(), len(texts), [None, pa.py_buffer(bounds.tobytes()), letters]
    )
