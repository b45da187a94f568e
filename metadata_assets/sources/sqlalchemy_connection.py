"""Connecting through SQLAlchemy: configuration, a careful session, and what its errors mean.

Any URL of any dialect that is installed. What SQLAlchemy has no common word for (timeouts, a
session that may not write) is known here for the engines in `_SESSIONS`; for another, `session` in
the configuration says it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import Field, field_validator, model_validator
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.pool import NullPool
from sqlglot.dialects.dialect import Dialects

from metadata_assets.errors import MetadataAssetsError, SourceRefused, SourceUnavailable
from metadata_assets.sources.config import SourceConfig, Url, require_references
from metadata_assets.sources.paths import require_file
from metadata_assets.sources.patience import patiently

_OUR_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
"""The DB-API drivers that come with this project, for URLs that name none."""

_FILES = frozenset({"sqlite", "duckdb"})
"""Engines that would make a file which is not there."""

_SQLGLOT = {
    "awsathena": "athena",
    "clickhousedb": "clickhouse",
    "cockroachdb": "postgres",
    "exa": "exasol",
    "greenplum": "postgres",
    "impala": "hive",
    "mariadb": "mysql",
    "mssql": "tsql",
    "postgresql": "postgres",
    "singlestoredb": "singlestore",
    "teradatasql": "teradata",
    "vertica": "postgres",
}
"""SQLGlot's dialect for the SQLAlchemy dialects that it calls otherwise, or takes for another."""
_KNOWN_TO_SQLGLOT = frozenset(dialect.value for dialect in Dialects)


@dataclass(frozen=True, slots=True)
class _Session:
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


_SESSIONS: Mapping[str, _Session] = {
    "postgresql": _Session(
        (
            # Names and types print as our own driver's do, whatever the role's settings are.
            "SET search_path = public",
            "SET statement_timeout = '{seconds}s'",
            "SET default_transaction_read_only = on",
        ),
        "connect_timeout",
    ),
    "redshift": _Session(("SET statement_timeout = {milliseconds}",), "connect_timeout"),
    "cockroachdb": _Session(
        ("SET statement_timeout = '{seconds}s'", "SET default_transaction_read_only = on"),
        "connect_timeout",
    ),
    "mysql": _Session(
        ("SET SESSION max_execution_time = {milliseconds}", "SET SESSION TRANSACTION READ ONLY"),
        "connect_timeout",
    ),
    "mariadb": _Session(
        ("SET SESSION max_statement_time = {seconds}", "SET SESSION TRANSACTION READ ONLY"),
        "connect_timeout",
    ),
    "sqlite": _Session(("PRAGMA query_only = ON",), "timeout"),
    "snowflake": _Session(
        ("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {seconds}",), "login_timeout"
    ),
    "oracle": _Session(connect_timeout="tcp_connect_timeout", milliseconds="call_timeout"),
    "mssql": _Session(("SET LOCK_TIMEOUT 10000",), seconds="timeout"),
}


class ConnectionConfig(SourceConfig):
    """The part of a `source_config` that says how to connect through SQLAlchemy."""

    url: Url = Field(
        min_length=1,
        description="SQLAlchemy's: `mssql+pyodbc://reader:${PASSWORD}@host/db?driver=…`.",
    )
    dialect: str = Field(
        "", description="SQLGlot's name of the SQL it speaks, where the url does not tell."
    )
    connect_args: Mapping[str, Any] = Field(
        default_factory=dict,
        description="Arguments of the DB-API driver's `connect`: TLS files, roles, …",
    )
    session: tuple[str, ...] = Field(
        (), description="SQL to begin with, such as a timeout of an engine we know none of."
    )
    connect_timeout: int = Field(10, ge=1, description="Seconds, where the driver has one.")
    statement_timeout: int = Field(300, ge=1, description="Seconds, where the engine has one.")

    @field_validator("dialect")
    @classmethod
    def _known(cls, dialect: str) -> str:
        if dialect and dialect not in _KNOWN_TO_SQLGLOT:
            near = difflib.get_close_matches(dialect, _KNOWN_TO_SQLGLOT, n=1)
            hint = f"did you mean `{near[0]}`?" if near else ", ".join(sorted(_KNOWN_TO_SQLGLOT))
            raise ValueError(f"SQLGlot has no such dialect: {hint}")
        return dialect

    @field_validator("connect_args")
    @classmethod
    def _without_secrets(cls, connect_args: Mapping[str, Any]) -> Mapping[str, Any]:
        require_references(connect_args)
        return connect_args

    @model_validator(mode="after")
    def _tells_its_dialect(self) -> ConnectionConfig:
        if not self.dialect and "://" not in self.url:
            raise ValueError(
                "the url is a reference, so say which SQLGlot `dialect` is spoken there, "
                "such as postgres, tsql or oracle"
            )
        return self

    def types_dialect(self, usual: str) -> str:
        """The configured dialect, or the one of the URL; else the usual."""
        name = self.url.partition("://")[0].partition("+")[0]
        named = _SQLGLOT.get(name, name)
        return self.dialect or (named if named in _KNOWN_TO_SQLGLOT else usual)


@contextmanager
def connected(config: ConnectionConfig) -> Iterator[Connection]:
    """One connection; what goes wrong on it is explained.

    Raises:
        SourceUnavailable: The database cannot be reached, went away, or took too long.
        SourceRefused: It refuses us, or what would connect to it is not installed.
    """
    url = _url(config)
    where = _address(url)
    secrets = _secrets(url, config)
    try:
        engine = _engine(url, config)
        with closing(patiently(lambda: _connect(engine, config, where, secrets))) as connection:
            yield connection
    except exc.SQLAlchemyError as error:
        raise _explained(error, where, secrets) from None
    except ModuleNotFoundError as error:
        raise _not_installed(str(error.name), url, where) from None


def _url(config: ConnectionConfig) -> URL:
    try:
        url = make_url(config.url)
    except (exc.ArgumentError, ValueError):
        raise SourceRefused(
            "the url is not one that SQLAlchemy understands",
            where="sqlalchemy",
            remedy="Write dialect+driver://user:${PASSWORD}@host:port/database; if a variable "
            "holds the whole url, percent-encode the password in it.",
        ) from None
    return url.set(drivername=_OUR_DRIVERS.get(url.drivername, url.drivername))


def _engine(url: URL, config: ConnectionConfig) -> sa.Engine:
    name = url.get_backend_name()
    if name in _FILES and url.database not in (None, "", ":memory:"):
        require_file(str(url.database))
    timeout = _SESSIONS.get(name, _Session()).connect_timeout
    arguments: dict[str, Any] = {timeout: config.connect_timeout} if timeout else {}
    if name == "duckdb":
        arguments["read_only"] = True
    # A URL's own parameters would be overruled by arguments.
    arguments = {key: value for key, value in arguments.items() if key not in url.query}
    return sa.create_engine(
        url,
        poolclass=NullPool,
        connect_args=arguments | dict(config.connect_args),
        hide_parameters=True,
    )


def _connect(
    engine: sa.Engine, config: ConnectionConfig, where: str, secrets: frozenset[str]
) -> Connection:
    try:
        connection = engine.connect()
        _begin(connection, config)
        # A rollback would undo settings that were not committed.
        connection.commit()
    except exc.SQLAlchemyError as error:
        raise _explained(error, where, secrets) from None
    return connection


def _begin(connection: Connection, config: ConnectionConfig) -> None:
    dialect, seconds = connection.dialect, config.statement_timeout
    name = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
    session = _SESSIONS.get(name, _Session())
    for statement in session.statements:
        connection.exec_driver_sql(statement.format(seconds=seconds, milliseconds=1000 * seconds))
    driver = connection.connection.dbapi_connection
    if session.milliseconds and hasattr(driver, session.milliseconds):
        setattr(driver, session.milliseconds, 1000 * seconds)
    if session.seconds and hasattr(driver, session.seconds):
        setattr(driver, session.seconds, seconds)
    for statement in config.session:
        connection.exec_driver_sql(statement)


def _address(url: URL) -> str:
    """Where it is, for messages: never user, password or parameters."""
    host = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    return f"{host}/{url.database or ''}" if host else url.database or url.drivername


def _secrets(url: URL, config: ConnectionConfig) -> frozenset[str]:
    """Everything configured that may be one, to take out of what engines say."""
    given = [url.password, *url.query.values(), *config.connect_args.values()]
    return frozenset(value for value in given if isinstance(value, str) and len(value) > 3)


def _explained(
    error: exc.SQLAlchemyError, where: str, secrets: frozenset[str]
) -> MetadataAssetsError:
    said = _said(error, secrets)
    if isinstance(error, exc.NoSuchModuleError):
        return SourceRefused(
            f"SQLAlchemy has no such dialect ({said})",
            where=where,
            remedy="Install the package that brings it beside metadata-assets, such as "
            "sqlalchemy-redshift, snowflake-sqlalchemy or trino.",
        )
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError):
        return SourceUnavailable(
            f"the database cannot be reached, or failed: {said}",
            where=where,
            remedy="Check the url, the variable that holds the password, and the network; then "
            "sync again.",
        )
    return SourceRefused(f"the database refuses: {said}", where=where)


def _said(error: exc.SQLAlchemyError, secrets: frozenset[str]) -> str:
    """What the engine said, in one line, without the statement and without anything secret."""
    reason = str(error.orig if isinstance(error, exc.DBAPIError) else error)
    line = " ".join(re.sub(r"\(Background on this error.*", "", reason).split()).rstrip(".")
    for secret in secrets:
        line = line.replace(secret, "***")
    return line[:300]


def _not_installed(module: str, url: URL, where: str) -> SourceRefused:
    return SourceRefused(
        f"the Python module `{module}`, which {url.drivername} connects with, is not installed",
        where=where,
        remedy="Install it beside metadata-assets, or name another driver in the url: "
        "`mssql+pymssql://`, `oracle+oracledb://`, ….",
    )
