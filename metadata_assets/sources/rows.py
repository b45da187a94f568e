"""Rows from Python into Arrow without a Python loop over values.

`pyarrow.array(list)` imports pandas where that is installed (about a second), and reading 100,000
rows of tuples costs more than the query behind them; JSON lines that DuckDB splits cost neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import duckdb
import pyarrow as pa


def rows_from_json(lines: str, columns: Sequence[str]) -> pa.Table:
    """Text columns from JSON arrays, one a line.

    Args:
        lines: Each line an array of as many values as there are columns; nested arrays stay JSON.
        columns: The columns' names, in the arrays' order.

    Returns:
        A table of strings; JSON null is null.
    """
    schema = pa.schema([(name, pa.string()) for name in columns])
    if not lines:
        return schema.empty_table()
    fields = ", ".join(f"fields[{position}] AS f{position}" for position in _positions(columns))
    with closing(duckdb.connect()) as connection:
        rows: pa.Table = connection.sql(
            f"""
            SELECT {fields} FROM (
              SELECT from_json(unnest(string_split($lines, chr(10))), '["VARCHAR"]') AS fields
            )
            """,
            params={"lines": lines},
        ).to_arrow_table()
    return rows.rename_columns(list(columns)).cast(schema)


def _positions(columns: Sequence[str]) -> range:
    return range(1, len(columns) + 1)
