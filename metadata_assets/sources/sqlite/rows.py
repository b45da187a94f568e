"""Rows of SQLite's pragmas into Arrow, as CSV that SQLite writes itself.

SQLite prints 105,000 columns in 100 ms and Arrow reads them in 15, neither keeping other Python
threads waiting; fetching them takes 170 ms, and building Arrow columns from those far longer.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pyarrow as pa

from metadata_assets.sources.csv_rows import as_text, rows_from_csv
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.identifiers import quoted

_TYPES: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("ordinal", "position", "key_position", "hidden", "id"), pa.int32()),
    "row_estimate": pa.int64(),
    **dict.fromkeys(
        ("is_not_null", "is_unique", "is_partial", "is_strict", "is_without_rowid"), pa.bool_()
    ),
}
"""What the columns of our queries hold, by name; any other is text."""

_RELATIONS = """
SELECT rowid, name, type = 'view'
FROM main.sqlite_schema
WHERE type = 'view' OR type = 'table' AND sql LIKE 'CREATE VIRTUAL%'
"""
_ODD_BYTE = re.compile("<[89a-f][0-9a-f]>")
"""What may stand for a byte that is not UTF-8."""
_STATISTICS = "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'"
_COLUMNS_OF_ONE = """
SELECT count(*) FROM main.sqlite_schema s JOIN pragma_table_xinfo(s.name, 'main') WHERE s.rowid = ?
"""


@contextmanager
def reading(
    connection: sqlite3.Connection, names: Iterable[str]
) -> Iterator[Callable[[str], pa.Table]]:
    """What gives the rows of each of our queries once, while another thread reads the next ones."""
    with ThreadPoolExecutor(1) as reader:
        unreadable = reader.submit(_unreadable_relations, connection)
        try:
            texts = {name: reader.submit(_read, connection, name, unreadable) for name in names}
            # Forgetting a large schema takes a while too.
            reader.submit(connection.close)
            # A text is let go once its rows are in Arrow.
            yield lambda name: rows_from_csv(
                texts.pop(name).result(), _TYPES, quote="'", null="NULL"
            )
        finally:
            reader.shutdown(cancel_futures=True)


def _unreadable_relations(connection: sqlite3.Connection) -> str:
    """The views and virtual tables that cannot be used, by their place, with the reason, as JSON.

    Asked one by one: a view on a table that is gone, or a module that is not loaded, would end a
    query of them all.
    """
    unreadable: list[tuple[int, str]] = []
    for place, name, is_view in connection.execute(_RELATIONS).fetchall():
        try:
            connection.execute(_COLUMNS_OF_ONE, (place,)).fetchall()
            # One with an odd byte is not called what we were shown.
            if is_view and not _ODD_BYTE.search(name):
                # Its columns may have names and still not be as many as those of its tables.
                connection.execute(f"EXPLAIN SELECT * FROM main.{quoted(name)}").close()
        except sqlite3.DatabaseError as error:
            # A collation of the application's own: all else is known.
            if "no such collation" not in str(error):
                unreadable.append((place, str(error)))
    return json.dumps(unreadable)


def _read(connection: sqlite3.Connection, name: str, unreadable: Future[str]) -> bytes:
    """The rows of one of our queries as CSV with a header, NULL and `''` told apart."""
    sql = catalog_sql("sqlite", name)
    if name == "row_estimates" and not connection.execute(_STATISTICS).fetchall():
        sql = "SELECT NULL AS table_name, 0 AS row_estimate WHERE false"
    # The thread that runs this has found them before.
    parameters = {"unreadable": unreadable.result()}
    described = connection.execute(f"SELECT * FROM ({sql}) LIMIT 0", parameters).description
    columns = [column[0] for column in described]
    # Of ours no number is ever NULL.
    line = ",".join("%d" if column in _TYPES else "%Q" for column in columns)
    # As UTF-8, whatever the database is in; a BLOB would come as it is stored.
    connection.text_factory = bytes
    ((lines,),) = connection.execute(
        f"SELECT group_concat(printf('{line}', {', '.join(columns)}), char(10)) FROM ({sql})",
        parameters,
    ).fetchall()
    if lines and not lines.isascii():
        lines = as_text(lines).encode()
    return b"%s\n%s" % (",".join(columns).encode(), lines or b"")
