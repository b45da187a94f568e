"""Where a driver shapes rows that come through Python: an in-memory DuckDB, for one extract.

Rows enter as JSON arrays, one a line: SQLite and `json` write them in C and DuckDB splits them, so
no Python loop touches a value. (`pyarrow.array(list)` would also import pandas, about a second.)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager

import duckdb
import pyarrow as pa


class Staging:
    """Tables of text columns, and the queries that shape them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Stage in this connection."""
        self._connection = connection

    def load(self, name: str, columns: Sequence[str], lines: str) -> None:
        """Add rows to a table, creating it if needed.

        Args:
            name: The table's name.
            columns: Its columns; all are text.
            lines: JSON arrays with a value a column, one a line; arrays inside stay JSON text.
        """
        definition = ", ".join(f'"{column}" VARCHAR' for column in columns)
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({definition})")
        if lines:
            values = ", ".join(f"row[{position}]" for position, _ in enumerate(columns, start=1))
            self._connection.execute(
                f"""
                INSERT INTO {name} SELECT {values} FROM (
                  SELECT from_json(unnest(string_split($lines, chr(10))), '["VARCHAR"]') AS row
                )
                """,
                {"lines": lines},
            )

    def load_rows(
        self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Add rows of JSON-compatible values to a table, creating it if needed."""
        self.load(name, columns, "\n".join(map(json.dumps, rows)))

    def query(self, sql: str) -> pa.Table:
        """The result of a SELECT over the staged tables."""
        rows: pa.Table = self._connection.sql(sql).to_arrow_table()
        return rows

    def values(self, sql: str) -> list[tuple[str, ...]]:
        """The rows of a small SELECT over the staged tables."""
        rows: list[tuple[str, ...]] = self._connection.sql(sql).fetchall()
        return rows


@contextmanager
def staging() -> Iterator[Staging]:
    """A staging area that is gone afterwards."""
    with closing(duckdb.connect()) as connection:
        # Order is what `assemble` makes; keeping the insertion order would cost memory.
        connection.execute("SET preserve_insertion_order = false")
        yield Staging(connection)
