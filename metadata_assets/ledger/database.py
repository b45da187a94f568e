"""The ledger's database: one engine, and two kinds of transaction, reading and writing.

Everything that differs between SQLite and PostgreSQL about locking and failing is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
)

from metadata_assets.errors import PermanentError, TransientError
from metadata_assets.ledger.clock import utc_now
from metadata_assets.ledger.redaction import redact_text

SQLITE_BEGIN = "sqlite_begin"
"""The key under which a connection is told by which BEGIN its next transaction starts."""


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
            connection.info[SQLITE_BEGIN] = "IMMEDIATE"
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


def insert_into(dialect: str) -> Any:
    """The `insert` of a dialect, which knows ON CONFLICT."""
    if dialect == "sqlite":
        return sqlite.insert
    from sqlalchemy.dialects import postgresql  # imports the support of six drivers

    return postgresql.insert


def _reason(error: DBAPIError) -> str:
    return redact_text(str(error.orig).strip().partition("\n")[0])
