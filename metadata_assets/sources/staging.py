"""Rows that a driver made in Python, and a place to shape them.

They pass as JSON arrays, one a line: `json` writes them in C and DuckDB splits them.
(`pyarrow.array(list)` would import pandas, about a second.)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from metadata_assets.catalog.engine import Engine, opened_engine

_ROWS = """
SELECT {values}
FROM (
  SELECT from_json(unnest(string_split($lines, chr(10))), '["VARCHAR"]') AS row
)
"""


def rows_from_values(
    engine: Engine, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> pa.Table:
    """A table of text columns.

    Args:
        engine: Does the work.
        columns: Their names.
        rows: A JSON-compatible value a column; a list becomes JSON text.
    """
    lines = "\n".join(map(json.dumps, rows))
    if not lines:
        # A query of nothing takes 3 ms too.
        schema = pa.schema([(column, pa.string()) for column in columns])
        return pa.Table.from_batches([], schema=schema)
    values = ", ".join(f'row[{place}] AS "{name}"' for place, name in enumerate(columns, start=1))
    return engine.query(_ROWS.format(values=values), lines=lines)


class Staging:
    """Tables of text columns, and the queries that shape them."""

    def __init__(self, engine: Engine) -> None:
        """Stage in this engine."""
        self._engine = engine

    def load_rows(
        self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Make a table of rows of JSON-compatible values."""
        self._engine.register(**{name: rows_from_values(self._engine, columns, rows)})

    def query(self, sql: str) -> pa.Table:
        """The result of a SELECT over the staged tables."""
        return self._engine.query(sql)


@contextmanager
def staging() -> Iterator[Staging]:
    """A staging area that is gone afterwards."""
    with opened_engine() as engine:
        yield Staging(engine)
