"""Rows of PostgreSQL queries into Arrow, by COPY: libpq's bytes straight to Arrow's CSV reader.

psycopg's own `copy.read()` runs several Python frames a row and took 300 ms where this takes 175
(105,000 columns of 5,000 tables); building columns from fetched rows took far longer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector, DefaultSelector

import psycopg
import pyarrow as pa
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from metadata_assets.sources.csv_rows import as_text, rows_from_csv

_OID = pa.int64()
_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("relation", "ref_relation", "constraint_oid", "index_oid"), _OID),
    **dict.fromkeys(("type_oid", "array_oid", "base_oid"), _OID),
    **dict.fromkeys(("ordinal", "position", "dimensions", "length"), pa.int32()),
    **dict.fromkeys(("row_estimate", "bytes"), pa.int64()),
    **dict.fromkeys(
        (
            "nullable",
            "is_unique",
            "is_partitioned",
            "is_selected",
            "is_locked",
            "lacks_privilege",
            "unlogged",
        ),
        pa.bool_(),
    ),
}
"""What the columns of our queries hold, by name; any other is text."""
_COPY = """
SET LOCAL search_path = pg_catalog;
COPY (
  SELECT * FROM (
{query}
  ) AS q
  WHERE (SELECT set_config('search_path', 'public', true)) <> ''
) TO STDOUT (FORMAT csv, HEADER, ENCODING '{encoding}')
"""
"""Names in our queries are those of pg_catalog: on any other path somebody may have put an operator
of the same name, and we would run it. What is printed is printed as on the path `public`, which is
set when the query is about to run: its types and tables print bare, all others with their schema
(and those of `public` too where the reader may not use it)."""
_PIECE = 2**20
"""Bytes that are worth being read into Arrow while the server works on the next."""


@contextmanager
def reading(
    *sessions: tuple[psycopg.Connection, Mapping[str, str]],
) -> Iterator[Callable[[str], pa.Table]]:
    """What gives the rows of each query once, while those of others are read.

    No server waits: a thread for each session reads all its rows as they come, one query after the
    other, while the caller works on those that came before.

    Args:
        *sessions: Connections, idle or in a transaction and of no other use until all is read, with
            their queries by name: each a SELECT that takes no parameters.

    Yields:
        A function of a query's name: its rows, NULL and `''` told apart. It raises what the server
        or libpq said, a `psycopg.Error`.
    """
    coming: dict[str, Future[pa.Table]] = {}
    with ExitStack() as readers:
        for connection, queries in sessions:
            reader = ThreadPoolExecutor(1)
            rows = _read_each(connection, queries.values())
            readers.callback(rows.close)
            readers.callback(reader.shutdown, cancel_futures=True)
            coming |= {name: reader.submit(next, rows) for name in queries}
        # Let go once they are given: they are no longer of use when they are shaped.
        yield lambda name: coming.pop(name).result()


def _read_each(
    connection: psycopg.Connection, queries: Iterable[str]
) -> Generator[pa.Table, None, None]:
    encoding, codec = _encoding(connection.info.parameter_status("server_encoding") or "UTF8")
    last: pa.Table | None = None
    try:
        for query in queries:
            _send(connection.pgconn, _COPY.format(query=query, encoding=encoding))
            if last is not None:
                yield last
            last = pa.concat_tables(_rows(_drained(connection.pgconn), codec))
    except GeneratorExit:
        # Nobody wants what was asked last, but the session may be of use again.
        with suppress(psycopg.Error):
            connection.cancel()
            deque(_drained(connection.pgconn), maxlen=0)
        raise
    if last is not None:
        yield last


def _encoding(stored: str) -> tuple[str, str]:
    """What to ask the server for, and the codec of what comes.

    The server refuses to convert what is no text, as the name of a role may be: it is of whatever
    encoding the database had in which it was made. SQL_ASCII asks for the bytes as they are stored.
    Those of more than one byte a character are left to the server, which knows them better than
    Python: 89 signs of EUC_JP are others there.
    """
    if stored == "SQL_ASCII":
        return stored, "utf-8"
    if stored.startswith(("LATIN", "ISO", "WIN", "KOI")):
        return "SQL_ASCII", stored.replace("WIN", "cp").replace("KOI8", "koi8_")
    return "UTF8", "utf-8"


def _rows(texts: Iterator[bytearray], codec: str) -> Iterator[pa.Table]:
    header, _, rest = next(texts).partition(b"\n")
    for text in chain([rest], texts):
        lines: bytes = b"%s\n%s" % (header, text)
        if codec != "utf-8":
            lines = as_text(lines, codec).encode()
        try:
            yield rows_from_csv(lines, _TYPES)
        except pa.ArrowInvalid:
            yield rows_from_csv(as_text(lines).encode(), _TYPES)


def _send(server: PGconn, statement: str) -> None:
    server.send_query(statement.encode())
    with DefaultSelector() as selector:
        selector.register(server.socket, EVENT_WRITE)
        while server.flush():
            selector.select()


def _drained(server: PGconn) -> Iterator[bytearray]:
    """What the running COPY sends, whole lines of it at a time; raises its error."""
    # Waiting is left to the selector: libpq's own would keep all other Python threads waiting.
    with DefaultSelector() as selector:
        selector.register(server.socket, EVENT_READ)
        while result := _next_result(server, selector):
            _refuse_error(server, result)
            if result.status == ExecStatus.COPY_OUT:
                break
        received = bytearray()
        read = server.get_copy_data
        while True:
            length, line = read(1)
            if length > 0:
                received += line
            elif length == 0:
                if len(received) > _PIECE:
                    yield received
                    received = bytearray()
                selector.select()
                server.consume_input()
            else:
                break
        while result := _next_result(server, selector):
            _refuse_error(server, result)
        yield received


def _next_result(server: PGconn, selector: BaseSelector) -> PGresult | None:
    while server.is_busy():
        selector.select()
        server.consume_input()
    return server.get_result()


def _refuse_error(server: PGconn, result: PGresult) -> None:
    if result.status == ExecStatus.FATAL_ERROR:
        while server.get_result():
            pass
        raise error_from_result(result, "utf-8")
