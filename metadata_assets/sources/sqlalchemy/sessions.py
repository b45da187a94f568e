"""What SQLAlchemy has no common word for: how each engine is asked not to write, and to hurry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Session:
    """How an engine is asked not to write, and not to take too long.

    Attributes:
        statements: Run first; `{seconds}` and `{milliseconds}` are the statement timeout's.
        connect_timeout: The argument of its DB-API drivers for it, where they agree on one.
        milliseconds: The attribute of a DB-API connection that takes the timeout in these.
        seconds: The same, in seconds.
    """

    statements: tuple[str, ...] = ()
    connect_timeout: str | None = None
    milliseconds: str | None = None
    seconds: str | None = None


_SESSIONS: Mapping[str, Session] = {
    "postgresql": Session(
        (
            # Names and types print as our own driver's do, whatever the role's settings are.
            "SET search_path = public",
            "SET statement_timeout = '{seconds}s'",
            "SET default_transaction_read_only = on",
        ),
        "connect_timeout",
    ),
    "redshift": Session(("SET statement_timeout = {milliseconds}",), "connect_timeout"),
    "cockroachdb": Session(
        ("SET statement_timeout = '{seconds}s'", "SET default_transaction_read_only = on"),
        "connect_timeout",
    ),
    "mysql": Session(
        ("SET SESSION max_execution_time = {milliseconds}", "SET SESSION TRANSACTION READ ONLY"),
        "connect_timeout",
    ),
    "mariadb": Session(
        ("SET SESSION max_statement_time = {seconds}", "SET SESSION TRANSACTION READ ONLY"),
        "connect_timeout",
    ),
    "sqlite": Session(("PRAGMA query_only = ON",), "timeout"),
    "snowflake": Session(
        ("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {seconds}",), "login_timeout"
    ),
    "oracle": Session(connect_timeout="tcp_connect_timeout", milliseconds="call_timeout"),
    "mssql": Session(("SET LOCK_TIMEOUT 10000",), seconds="timeout"),
}


def session_of(dialect: str) -> Session:
    """The session of a dialect by name; one that asks for nothing where none is known."""
    return _SESSIONS.get(dialect, Session())


def begin(connection: Connection, *, seconds: int) -> None:
    """Ask the engine not to write, and to give up a statement after so many seconds."""
    is_mariadb = getattr(connection.dialect, "is_mariadb", False)
    session = session_of("mariadb" if is_mariadb else connection.dialect.name)
    for statement in session.statements:
        connection.exec_driver_sql(statement.format(seconds=seconds, milliseconds=1000 * seconds))
    driver = connection.connection.dbapi_connection
    if session.milliseconds and hasattr(driver, session.milliseconds):
        setattr(driver, session.milliseconds, 1000 * seconds)
    if session.seconds and hasattr(driver, session.seconds):
        setattr(driver, session.seconds, seconds)
