"""Rows that lie together by their table, as runs: numbered, and their texts joined.

What is sorted by table already need be neither sorted nor grouped again for that: of 105,000
columns this takes 10 ms, where windows and ordered aggregates of SQL take 70.
"""

from __future__ import annotations

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


def joined(rows: pa.Table, column: str) -> pa.Table:
    """The texts of each table in one.

    Args:
        rows: With `table_fqdn`, the rows of a table together.
        column: The one that holds the texts; none is null.

    Returns:
        Each `table_fqdn` with its text, under the same name.
    """
    if not rows.num_rows:
        return rows.select(["table_fqdn", column])
    tables, _, begins = _runs(rows)
    # Texts lie one behind the other: without the bounds between those of a table, they are one.
    texts = rows[column].cast(pa.large_string()).combine_chunks()
    _, bounds, letters = texts.buffers()
    each = pa.Array.from_buffers(pa.int64(), len(texts) + 1, [None, bounds], offset=texts.offset)
    joint = pa.Array.from_buffers(
        pa.large_string(),
        len(tables),
        [None, pa.py_buffer(each.to_numpy()[begins].tobytes()), letters],
    )
    return pa.table([tables, joint], names=["table_fqdn", column])


def _runs(rows: pa.Table) -> tuple[pa.Array[Any], _Numbers, _Numbers]:
    """The tables in order, which of them each row is of, and where each begins; last, the end."""
    runs = rows["table_fqdn"].combine_chunks().dictionary_encode()
    of_row = runs.indices.to_numpy()
    return runs.dictionary, of_row, np.searchsorted(of_row, np.arange(len(runs.dictionary) + 1))


def _array(numbers: _Numbers) -> pa.Array[Any]:
    # Not pa.array: that imports pandas, most of a second.
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers.tobytes())])
