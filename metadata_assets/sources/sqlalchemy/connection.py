"""Connecting through SQLAlchemy: configuration and a careful session.

Any URL of any dialect that is installed. Timeouts and a session that may not write are asked for
as `sessions` knows; of another engine, `session` in the configuration says how.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
from pydantic import Field, field_validator, model_validator
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.pool import NullPool
from sqlglot.dialects.dialect import Dialects

from metadata_assets.errors import SourceRefused
from metadata_assets.sources.config import SourceConfig, Url, require_references, secrets_among
from metadata_assets.sources.paths import require_file
from metadata_assets.sources.patience import patiently
from metadata_assets.sources.sqlalchemy.errors import explained, not_installed
from metadata_assets.sources.sqlalchemy.sessions import begin, session_of

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


_PASSWORD_IN_TEXT = re.compile(
    r"\b(?:pwd|passwd|\w*password)\s*=\s*([^;\s]+)|://[^/@:\s]*:([^@\s]+)@", re.IGNORECASE
)
_ODBC_PASSWORD = re.compile(r"\b(?:pwd|password)\s*=\s*([^;]+)", re.IGNORECASE)


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

    @field_validator("url")
    @classmethod
    def _without_odbc_password(cls, url: str) -> str:
        parameters = dict(parse_qsl(url.partition("?")[2]))
        for password in _odbc_passwords(parameters):
            require_references({"password": password})
        return url

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
        for password in _passwords_within(connect_args):
            require_references({"password": password})
        return connect_args

    @model_validator(mode="after")
    def _tells_its_dialect(self) -> ConnectionConfig:
        # One that is said to be none is SQLGlot's own.
        if "dialect" not in self.model_fields_set and "://" not in self.url:
            raise ValueError(
                "the url is a reference, so say which SQLGlot `dialect` is spoken there, "
                "such as postgres, tsql or oracle"
            )
        return self

    def types_dialect(self, usual: str) -> str:
        """The configured dialect, or the one of the URL; else the usual."""
        return self.dialect or dialect_of_url(self.url) or usual


def dialect_of_url(url: str) -> str:
    """SQLGlot's dialect for what a URL of SQLAlchemy leads to; empty where it has none."""
    name = url.partition("://")[0].partition("+")[0].lower()
    named = _SQLGLOT.get(name, name)
    return named if named in _KNOWN_TO_SQLGLOT else ""


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
        raise explained(error, where, secrets) from None
    except ImportError as error:
        raise not_installed(error, url, where) from None


def _url(config: ConnectionConfig) -> URL:
    try:
        url = make_url(config.url)
    except (exc.ArgumentError, ValueError):
        raise _not_understood() from None
    # A password that was not percent-encoded runs over into what follows it.
    parameters = config.url.partition("@")[2].partition("?")[2].split("&")
    names = "".join(parameter.partition("=")[0] for parameter in parameters)
    if url.host and "@" in f"{url.host}{url.database}{names}":
        raise _not_understood()
    return url.set(drivername=_OUR_DRIVERS.get(url.drivername, url.drivername))


def _not_understood() -> SourceRefused:
    return SourceRefused(
        "the url is not one that SQLAlchemy understands",
        where="sqlalchemy",
        remedy="Write dialect+driver://user:${PASSWORD}@host:port/database; if a variable holds "
        "the whole url, percent-encode the password in it.",
    )


def _engine(url: URL, config: ConnectionConfig) -> sa.Engine:
    name = url.get_backend_name()
    if name in _FILES and url.database not in (None, "", ":memory:"):
        require_file(str(url.database))
    timeout = session_of(name).connect_timeout
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
    except exc.SQLAlchemyError as error:
        raise explained(error, where, secrets) from None
    except (TypeError, ValueError) as error:
        # The driver's own: its text may repeat an argument.
        raise SourceRefused(
            f"the driver {engine.url.drivername} does not take these arguments "
            f"({type(error).__name__})",
            where=where,
            remedy="Check `connect_args` and what stands behind the `?` of the url.",
        ) from None
    try:
        begin(connection, seconds=config.statement_timeout)
        for statement in config.session:
            connection.exec_driver_sql(statement)
        # A rollback would undo settings that were not committed.
        connection.commit()
    except exc.SQLAlchemyError as error:
        connection.close()
        raise explained(error, where, secrets) from None
    return connection


def _address(url: URL) -> str:
    """Where it is, for messages: never user, password or parameters."""
    host = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    return f"{host}/{url.database or ''}" if host else url.database or url.drivername


def _secrets(url: URL, config: ConnectionConfig) -> frozenset[str]:
    """Every configured secret, to take out of what engines say."""
    given = [url.password, *secrets_among(url.query), *secrets_among(config.connect_args)]
    quoted = (*_odbc_passwords(url.query), *_passwords_within(config.connect_args))
    within = [password.strip("'\"") for password in quoted]
    return frozenset(str(value) for value in (*given, *within) if value)


def _passwords_within(argument: Any) -> Iterator[str]:
    """The passwords in the connection strings and URLs among arguments, at whatever depth."""
    if isinstance(argument, str):
        for found in _PASSWORD_IN_TEXT.findall(argument):
            yield "".join(found)
    elif isinstance(argument, Mapping | list | tuple):
        for part in argument.values() if isinstance(argument, Mapping) else argument:
            yield from _passwords_within(part)


def _odbc_passwords(query: Mapping[str, Any]) -> list[str]:
    """The passwords in a connection string of ODBC, which is a parameter of a URL."""
    return _ODBC_PASSWORD.findall(str(query.get("odbc_connect", "")))
