"""MySQL and MariaDB: a handful of queries over information_schema, their rows sent as CSV.

Where the two differ in what they show, MariaDB's queries are in `sql/mariadb`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pyarrow as pa
import pymysql
from pymysql.constants import ER
from pymysql.cursors import Cursor

from metadata_assets.catalog.assemble import Assembly
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.sources.asking import AskedEngine
from metadata_assets.sources.csv_rows import csv_text, rows_from_csv
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.mysql.asking import mysql_asked
from metadata_assets.sources.mysql.connection import (
    MySQLConfig,
    Sessions,
    connected,
    is_mariadb,
    quoted,
)
from metadata_assets.sources.mysql.created import INEXACT, Created, read_created
from metadata_assets.sources.mysql.csv import csv_line
from metadata_assets.sources.mysql.errors import DENIED
from metadata_assets.sources.mysql.sample import mysql_samples

_QUERIES: Mapping[str, tuple[str, ...]] = {
    "tables": (),
    "views": (),
    "partitions": (),
    "checks": (),
    "partly_shown": (),
    "columns": ("tables", "unreadable", "columns"),
    "index_parts": ("indexes",),
    "key_columns": (),
    "reference_rules": ("constraints",),
}
"""The queries, in order, and the parts of the catalog that can be shaped after each."""
_FIRST = ("tables", "columns", "checks")
"""What is asked at once: the columns take the server longest."""
_TELLING = {"views": b"VIEW", "partitions": b"partitioned"}
"""What must be in the rows of `tables` for a query to find anything."""
_EXPRESSIONS: Mapping[str, tuple[str, ...]] = {
    "columns": ("default_expr", "generated_expr"),
    "checks": ("expression",),
    "views": ("definition",),
}
"""What MariaDB may tell inexactly, by query."""
_DIFFERENT = frozenset({"columns", "index_parts", "checks"})
_VOLATILE = frozenset({"row_estimate", "bytes"})


class MySQLDriver:
    """Reads the catalog of a MySQL or MariaDB server, or of one of its databases."""

    config_type = MySQLConfig
    dialect = "mysql"

    def extract(self, config: MySQLConfig) -> Catalog:
        """Read the whole catalog; each database is a schema.

        Raises:
            SourceUnavailable: The server cannot be reached, went away, or took too long.
            SourceRefused: It refuses us, or what is configured does not exist there.
        """
        with (
            connected(config) as sessions,
            Assembly(include=config.include, exclude=config.exclude) as assembly,
        ):
            for name, rows in _read_each(sessions):
                assembly.know(**{name: rows})
                for part in _QUERIES[name]:
                    assembly.shape(part, catalog_sql("mysql", f"shape_{part}"))
            return assembly.catalog()

    def fingerprint(self, config: MySQLConfig) -> str:
        """A hash over the rows of the same queries, row counts and sizes aside."""
        with connected(config) as sessions, ThreadPoolExecutor(sessions.count) as readers:
            hashes = list(readers.map(lambda name: _hash(sessions, name), _QUERIES))
            inexact = [name for name, (_, at) in zip(_QUERIES, hashes, strict=True) if at]
            created = _created(sessions, inexact)
            return ", ".join((*(text for text, _ in hashes), created.digest()))

    def hidden(
        self, config: MySQLConfig, tables: Sequence[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Of tables that are shown no longer, those the user is denied rather than told are gone.

        A server denies a table whether it is there or not, unless some privilege on it is left:
        those on a database, or on a dropped table, are.
        """
        with connected(config) as sessions, sessions.one() as cursor:
            return [names for names in tables if _is_denied(cursor, *names)]

    def samples(
        self, config: MySQLConfig, tables: Sequence[SampledTable]
    ) -> Generator[Sample | NoSample, None, None]:
        """Some rows of each table; raises what `extract` raises."""
        return mysql_samples(config, tables)

    def asked(self, config: MySQLConfig, seconds: int) -> AbstractContextManager[AskedEngine]:
        """A session that reads only; raises what `extract` raises."""
        return mysql_asked(config, seconds)


def _is_denied(cursor: Cursor, schema_name: str, table_name: str) -> bool:
    try:
        cursor.execute(f"SELECT 1 FROM {quoted(schema_name)}.{quoted(table_name)} LIMIT 0")
    except pymysql.MySQLError as error:
        if error.args[0] in DENIED:
            return True
        if error.args[0] in (ER.NO_SUCH_TABLE, ER.BAD_DB_ERROR):
            return False
        raise
    return False


def _read_each(sessions: Sessions) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each query, while the server works on the next ones."""
    with ThreadPoolExecutor(sessions.count) as readers:
        texts = {name: readers.submit(_read, sessions, name) for name in _FIRST}
        try:
            tables = texts["tables"].result()
            texts |= {
                name: readers.submit(
                    _read if _TELLING.get(name, b"") in tables else _read_nothing, sessions, name
                )
                for name in _QUERIES
                if name not in _FIRST
            }
            inexact = [name for name in _EXPRESSIONS if INEXACT.encode() in texts[name].result()]
            created = _created(sessions, inexact)
            for name in _QUERIES:
                yield name, created.amended(name, rows_from_csv(texts.pop(name).result(), {}))
        finally:
            readers.shutdown(cancel_futures=True)


def _read(sessions: Sessions, name: str) -> bytes:
    """The rows of a query as CSV with a header."""
    with sessions.one() as cursor:
        columns = _columns(cursor, name)
        # Not one text a table by GROUP_CONCAT, though that is faster: the types of view columns
        # that are made with it depend on group_concat_max_len, which would have to be raised.
        cursor.execute(f"SELECT {csv_line(columns)} FROM ({_query(cursor, name)}) AS q")
        lines = [line for (line,) in cursor.fetchall()]
    return csv_text(columns, lines)


def _read_nothing(sessions: Sessions, name: str) -> bytes:
    """What `_read` returns of a query that finds nothing."""
    with sessions.one() as cursor:
        return csv_text(_columns(cursor, name))


def _created(sessions: Sessions, inexact: Sequence[str]) -> Created:
    """What only SHOW CREATE tells, also of what these queries tell inexactly."""
    with sessions.one() as cursor:
        if not is_mariadb(cursor):
            return Created({})
        relations: list[tuple[str, str]] = []
        for name in inexact:
            cursor.execute(
                "SELECT DISTINCT schema_name, table_name "
                f"FROM ({_query(cursor, name)}) AS q WHERE {_is_inexact(name)}"
            )
            relations += cursor.fetchall()
        return read_created(cursor, relations)


def _is_inexact(name: str) -> str:
    """SQL: where the first inexact text of a row of a query is; 0 where there is none."""
    return f"LOCATE('{INEXACT}', CONCAT_WS('', {', '.join(_EXPRESSIONS.get(name, ('NULL',)))}))"


def _hash(sessions: Sessions, name: str) -> tuple[str, bool]:
    """Sums over the hashes of a query's rows, and whether it tells some of them inexactly."""
    with sessions.one() as cursor:
        columns = [column for column in _columns(cursor, name) if column not in _VOLATILE]
        # CRC32 is linear: the changes of two rows might even out in a sum, but hardly in that of
        # the squares too. (MD5 would take as long as the query itself.)
        cursor.execute(
            "SELECT SUM(is_inexact), COUNT(*), SUM(crc), SUM(crc * crc) FROM ("
            f"SELECT CRC32({csv_line(columns)}) AS crc, {_is_inexact(name)} AS is_inexact "
            f"FROM ({_query(cursor, name)}) AS q) AS h"
        )
        ((is_inexact, *sums),) = cursor.fetchall()
    return " ".join(map(str, (name, *sums))), bool(is_inexact)


def _query(cursor: Cursor, name: str) -> str:
    return catalog_sql("mariadb" if name in _DIFFERENT and is_mariadb(cursor) else "mysql", name)


def _columns(cursor: Cursor, name: str) -> list[str]:
    cursor.execute(f"SELECT * FROM ({_query(cursor, name)}) AS q LIMIT 0")
    return [column[0] for column in cursor.description or ()]
