"""The ledger's database: one engine, and two kinds of transaction, reading and writing.

Everything that differs between SQLite and PostgreSQL about connecting, locking and failing is here.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
)

from metadata_assets.errors import ConfigurationError, PermanentError, TransientError
from metadata_assets.ledger.clock import utc_now
from metadata_assets.ledger.redaction import redact_text

_BUSY_SECONDS = 60
"""How long a SQLite writer waits for another; a first load of 100,000 tables holds it for ~10 s."""

APPLICATION = "metadata-assets ledger"
"""What the server sees as the name of our sessions."""

_SQLITE_BEGIN = "sqlite_begin"

_URL_REMEDY = "Set METADATA_ASSETS_LEDGER to sqlite:///<path> or postgresql://<user>@<host>/<name>."


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, and the PostgreSQL schema the ledger's tables are in (None: the search path's)."""

    engine: Engine
    schema: str | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: one consistent view, never blocked by a writer."""
        with self._answering(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; committed at the end, rolled back on an exception.

        On SQLite it takes the write lock at once: a transaction that reads first and then writes
        would fail, not wait, when another wrote in between.
        """
        with self._answering(), self.engine.connect() as connection:
            # Not as an execution option, which takes 15 us of the 180 that a move of a marker does.
            connection.info[_SQLITE_BEGIN] = "IMMEDIATE"
            with connection.begin():
                yield connection

    def lock(self, connection: Connection, what: str) -> None:
        """Make other holders of the same lock wait until this transaction ends."""
        if connection.dialect.name == "postgresql":  # a SQLite writer is alone already
            key = f"metadata_assets.ledger/{self.schema}/{what}"
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    def now(self, connection: Connection) -> datetime:
        """This moment, aware: by the server's clock where there is one, the same for all hosts."""
        if connection.dialect.name == "postgresql":
            moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return moment.astimezone(timezone.utc)
        return utc_now()

    @property
    def where(self) -> str:
        """The database by its URL, without the password."""
        return redact_text(self.engine.url.render_as_string(hide_password=True))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise TransientError(
                f"the ledger's database does not do its part ({_reason(error)})",
                where=self.where,
                remedy="Check that it is up, reachable and writable, then run again.",
            ) from error
        except DatabaseError as error:
            # The children, such as a broken constraint, are the statement's fault.
            if type(error) is not DatabaseError:
                raise
            raise PermanentError(
                f"this is no ledger, or a damaged one ({_reason(error)})",
                where=self.where,
                remedy="Restore it from a backup, or set METADATA_ASSETS_LEDGER to another place.",
            ) from error


@dataclass(frozen=True, slots=True)
class Pool:
    """How many connections a process keeps to the ledger's database.

    Attributes:
        size: Kept open for the next use.
        overflow: Opened beyond these under load, and closed again.
    """

    size: int = 5
    overflow: int = 10


POOL = Pool()
"""Enough for a run, its heartbeat and a few threads."""


MakeEngine = Callable[..., Engine]
"""SQLAlchemy's `create_engine`, or what stands for it on an asynchronous driver."""


@dataclass(frozen=True, slots=True)
class Drivers:
    """How to make an engine, and by which driver for each database."""

    make: MakeEngine
    sqlite: str
    postgresql: str
    postgresql_arguments: Mapping[str, Any]


BLOCKING = Drivers(
    create_engine,
    "sqlite",
    "postgresql+psycopg",
    {"connect_timeout": 10, "application_name": APPLICATION},
)


def connect(
    url: str, schema: str | None = None, *, pool: Pool = POOL, drivers: Drivers = BLOCKING
) -> Database:
    """The database at a URL; nothing is opened yet.

    Args:
        url: A SQLAlchemy URL; its driver is replaced by one of `drivers`.
        schema: The PostgreSQL schema of the tables.
        pool: How many connections to keep.
        drivers: By what to connect.

    Raises:
        ConfigurationError: The URL is none, or of a database the ledger does not run on.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The URL is not repeated: it may hold a password.
        raise ConfigurationError(
            "the ledger's URL cannot be parsed", where="ledger", remedy=_URL_REMEDY
        ) from None
    backend = parsed.drivername.partition("+")[0]
    if backend == "sqlite":
        return Database(
            _sqlite_engine(parsed.set(drivername=drivers.sqlite), schema, pool, drivers)
        )
    if backend in ("postgresql", "postgres"):
        url_of_driver = parsed.set(drivername=drivers.postgresql)
        return Database(_postgresql_engine(url_of_driver, schema, pool, drivers), schema)
    raise ConfigurationError(
        f"the ledger does not run on {backend}", where="ledger", remedy=_URL_REMEDY
    )


def insert_into(dialect: str) -> Any:
    """The `insert` of a dialect, which knows ON CONFLICT."""
    if dialect == "sqlite":
        return sqlite.insert
    from sqlalchemy.dialects import postgresql  # imports the support of six drivers

    return postgresql.insert


def _reason(error: DBAPIError) -> str:
    return redact_text(str(error.orig).strip().partition("\n")[0])


def _postgresql_engine(url: URL, schema: str | None, pool: Pool, drivers: Drivers) -> Engine:
    return drivers.make(
        url.set(drivername=drivers.postgresql),
        hide_parameters=True,
        pool_size=pool.size,
        max_overflow=pool.overflow,
        pool_pre_ping=True,  # a restarted server costs no run
        connect_args=dict(drivers.postgresql_arguments),
        execution_options={"schema_translate_map": {None: schema}} if schema else {},
    )


def _sqlite_engine(url: URL, schema: str | None, pool: Pool, drivers: Drivers) -> Engine:
    if schema is not None:
        raise ConfigurationError(
            f"SQLite has no schemas, so the ledger cannot live in {schema!r}",
            where="ledger",
            remedy="Leave the schema out, or use PostgreSQL.",
        )
    if url.database in (None, "", ":memory:"):
        raise ConfigurationError(
            "a ledger in memory would not outlive its process", where="ledger", remedy=_URL_REMEDY
        )
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = drivers.make(
        url.set(drivername=drivers.sqlite),
        hide_parameters=True,
        pool_size=pool.size,
        max_overflow=pool.overflow,
        connect_args={"timeout": _BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions (none before DDL, none for SELECT) are switched off; ours begin
    # below, as SQLAlchemy documents for pysqlite.
    connection.isolation_level = None
    _switch_to_wal(connection)
    # In WAL mode a power cut may undo the last commits, but never corrupts.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    # A bulk load does not leave its log at full length.
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _switch_to_wal(connection: Any) -> None:
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # For this lock SQLite does not wait by itself: openers of a fresh file meet here.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.info.pop(_SQLITE_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
