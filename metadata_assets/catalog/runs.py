"""Rows that lie together by their table, as runs: numbered, and their texts joined.

What is sorted by table already need be neither sorted nor grouped again for that: of 105,000
columns this takes 2 ms, where windows and ordered aggregates of SQL take 70.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def numbered(rows: pa.Table, column: str) -> pa.Table:
    """The rows, with a column that numbers those of each table from 1.

    Args:
        rows: With `table_fqdn`, the rows of a table together.
        column: To hold the numbers; replaced where it stands.
    """
    _, bounds = _runs(rows)
    numbers = np.arange(1, rows.num_rows + 1) - np.repeat(bounds[:-1], np.diff(bounds))
    at = rows.schema.get_field_index(column)
    # Not pa.array: that imports pandas, most of a second.
    return rows.set_column(
        at, column, pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])
    )


def joined(rows: pa.Table, column: str) -> pa.Table:
    """The texts of each table in one.

    Args:
        rows: With `table_fqdn`, the rows of a table together.
        column: The texts; none is null.

    Returns:
        Each `table_fqdn` with its text, under the same name.
    """
    tables, bounds = _runs(rows)
    # Texts lie one behind the other: without the bounds between those of a table, they are one.
    texts = rows[column].cast(pa.large_string()).combine_chunks()
    offsets = np.frombuffer(texts.buffers()[1], np.int64, len(texts) + 1, 8 * texts.offset)
    joint = pa.LargeStringArray.from_buffers(
        len(tables), pa.py_buffer(offsets[bounds]), texts.buffers()[2]
    )
    return pa.table([tables, joint], names=["table_fqdn", column])


def _runs(rows: pa.Table) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """The tables in order, and where each begins; last, where all end."""
    runs = pc.run_end_encode(rows["table_fqdn"].combine_chunks(), run_end_type=pa.int64())
    return runs.values, np.concatenate([np.zeros(1, np.int64), runs.run_ends.to_numpy()])
