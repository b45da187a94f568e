"""Connecting to the ledger's database: by which driver, how many times, and prepared how.

Everything that differs between SQLite and PostgreSQL about that is here.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.database import SQLITE_BEGIN, Database

_BUSY_SECONDS = 60
"""How long a SQLite writer waits for another; a first load of 100,000 tables holds it for ~10 s."""

APPLICATION = "metadata-assets ledger"
"""What the server sees as the name of our sessions."""

_URL_REMEDY = "Set METADATA_ASSETS_LEDGER to sqlite:///<path> or postgresql://<user>@<host>/<name>."


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
    mode = connection.info.pop(SQLITE_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
