"""Some rows of SQLite tables: of a large one, those at evenly spread places of its rowids."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence

from metadata_assets.catalog.sampling import (
    LONGEST_VALUE,
    NoSample,
    Sample,
    SampledColumn,
    SampledTable,
)
from metadata_assets.sources.asking import within
from metadata_assets.sources.csv_rows import csv_text, rows_from_csv
from metadata_assets.sources.identifiers import quoted

_ROWIDS = ("rowid", "_rowid_", "oid")
"""What the hidden key is called, unless a column has that name."""

_SPREAD = """
WITH RECURSIVE place (id) AS (
  SELECT {first}
  UNION ALL
  SELECT id + {step} FROM place WHERE id + {step} <= {last}
)
SELECT {line} FROM {name}
WHERE {rowid} IN (
  SELECT (SELECT {rowid} FROM {name} WHERE {rowid} >= place.id ORDER BY {rowid} LIMIT 1) FROM place
)
"""


def sqlite_samples(
    connection: sqlite3.Connection, tables: Sequence[SampledTable], *, seconds: int
) -> Generator[Sample | NoSample, None, None]:
    """A sample of each table.

    Args:
        connection: Reads only.
        tables: What to read.
        seconds: How long one table may take.
    """
    for table in tables:
        try:
            with within(connection, seconds):
                sample = _sample(connection, table)
        except sqlite3.Error as error:
            reason = str(error)
            if reason == "interrupted":
                reason = f"reading it takes more than {seconds} seconds"
            yield NoSample(table, reason)
        else:
            yield sample


def _sample(connection: sqlite3.Connection, table: SampledTable) -> Sample:
    name = quoted(table.table_name)
    row_count = table.row_estimate or 0
    if table.is_to_be_counted:
        ((row_count,),) = connection.execute(f"SELECT count(*) FROM {name}").fetchall()
    lines = connection.execute(_select(connection, table, name, row_count)).fetchall()
    columns = [f"c{place}" for place, _ in enumerate(table.columns)]
    rows = rows_from_csv(csv_text(columns, (line for (line,) in lines)), {})
    return Sample(table, rows, row_count)


def _select(connection: sqlite3.Connection, table: SampledTable, name: str, row_count: int) -> str:
    line = " || ',' || ".join(_text(column) for column in table.columns)
    rowid = _rowid(connection, table)
    if row_count <= table.rows or rowid is None or table.properties.get("without_rowid"):
        return f"SELECT {line} FROM {name} LIMIT {table.rows}"
    ((first, last),) = connection.execute(
        f"SELECT min({rowid}), max({rowid}) FROM {name}"
    ).fetchall()
    if first is None:
        # Its rows are gone since they were counted.
        return f"SELECT {line} FROM {name} LIMIT 0"
    step = max(1, (last - first) // table.rows + 1)
    return _SPREAD.format(first=first, last=last, step=step, line=line, name=name, rowid=rowid)


def _rowid(connection: sqlite3.Connection, table: SampledTable) -> str | None:
    taken = connection.execute(
        "SELECT lower(name) FROM pragma_table_xinfo(?, 'main')", (table.table_name,)
    ).fetchall()
    return next((rowid for rowid in _ROWIDS if (rowid,) not in taken), None)


def _text(column: SampledColumn) -> str:
    """A column as a field of CSV: NULL is nothing, anything else is quoted; bytes are not shown."""
    name = quoted(column.name)
    if column.kind == "other":
        return f"CASE WHEN {name} IS NULL THEN '' ELSE '\"\"' END"
    text = f"replace(substr(CAST({name} AS TEXT), 1, {LONGEST_VALUE}), '\"', '\"\"')"
    return (
        f"CASE WHEN {name} IS NULL THEN '' WHEN typeof({name}) = 'blob' THEN '\"\"' "
        f"ELSE '\"' || {text} || '\"' END"
    )
