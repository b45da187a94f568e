"""Connecting to MySQL and MariaDB: configuration and a read-only session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from queue import SimpleQueue
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pymysql
from pydantic import Field, field_validator
from pymysql.cursors import Cursor

from metadata_assets.errors import SourceRefused
from metadata_assets.sources.config import EnvReference, Secret, SourceConfig, Url
from metadata_assets.sources.mysql.errors import explained
from metadata_assets.sources.mysql.tls import AnyCertificate, demanded_tls
from metadata_assets.sources.patience import patiently

_DEFAULT_PORT = 3306
_TLS_OPTIONS = ("ssl_ca", "ssl_cert", "ssl_key")
_OTHER_SYNTAX = frozenset(
    {
        *("ANSI", "ANSI_QUOTES", "DB2", "MAXDB", "MSSQL", "NO_BACKSLASH_ESCAPES", "ORACLE"),
        *("EMPTY_STRING_IS_NULL", "POSTGRESQL"),
    }
)
"""The words of sql_mode that change how a server quotes, escapes or tells the empty text from NULL.
The others stay: whether the columns of a view may be NULL depends on them."""
_NO_LIMIT = 2**64 - 1
_URL_OPTIONS = ("unix_socket", *_TLS_OPTIONS)
# A server that says nothing for this much longer than it may take is gone.
_SILENCE_SECONDS = 30


class MySQLConfig(SourceConfig):
    """The `source_config` of a MySQL or MariaDB server: a `url`, or its parts, or both."""

    url: Url = Field("", description="`mysql://user:${PASSWORD}@host:3306/database?ssl_ca=…`.")
    host: str = ""
    port: int | EnvReference | None = None
    unix_socket: str = Field("", description="Path of the server's socket, instead of a host.")
    database: str = Field("", description="The one to read; all but the system's where empty.")
    user: str = ""
    password: Secret = ""
    ssl_ca: str = Field("", description="Path of the certificate authority's file: demands TLS.")
    ssl_cert: str = Field("", description="Path of the client certificate.")
    ssl_key: str = Field("", description="Path of the client's private key.")
    ssl_verify_identity: bool = Field(
        False, description="The certificate must be of the host connected to."
    )
    connect_timeout: int = Field(10, ge=1, description="Seconds.")
    statement_timeout: int = Field(300, ge=1, description="Seconds that one query may take.")
    connections: int = Field(2, ge=1, le=8, description="How many to read with at the same time.")

    @field_validator("url")
    @classmethod
    def _of_this_engine(cls, url: str) -> str:
        if url and not re.match(r"^(mysql|mariadb)(\+\w+)?://|^\$\{\w+\}$", url):
            raise ValueError("write mysql://user:${PASSWORD}@host:3306/database")
        if re.search(r"[?&]\w*pass\w*=(?!\$\{)", url, re.IGNORECASE):
            raise ValueError("a literal secret is refused; write a reference such as ${PW}")
        return url


@contextmanager
def connected(config: MySQLConfig) -> Iterator[Sessions]:
    """The sessions to read with; what goes wrong on them is explained.

    Raises:
        SourceUnavailable: The server cannot be reached, went away, or took too long.
        SourceRefused: It refuses us, or what is configured does not exist there.
    """
    parameters = _parameters(config)
    where = _address(parameters)
    with ExitStack() as stack:
        sessions = Sessions(config.connections)
        try:
            for _ in range(config.connections):
                connection = patiently(lambda: _connect(parameters, where))
                stack.enter_context(closing(connection))
                _begin(connection.cursor(), config)
                sessions.add(connection)
            yield sessions
        except pymysql.MySQLError as error:
            raise explained(error, where) from error


class Sessions:
    """Read-only sessions, each for one query at a time; `@source_database` is what to read."""

    def __init__(self, count: int) -> None:
        """Begin without any; `count` are to be added."""
        self.count = count
        self._idle: SimpleQueue[pymysql.Connection[Cursor]] = SimpleQueue()

    def add(self, connection: pymysql.Connection[Cursor]) -> None:
        """Add an idle session."""
        self._idle.put(connection)

    @contextmanager
    def one(self) -> Iterator[Cursor]:
        """A session of one's own for a while; waits until one is idle."""
        connection = self._idle.get()
        try:
            # A cursor of its own, gone with its rows: it keeps all that it has read.
            with connection.cursor() as cursor:
                yield cursor
        finally:
            self._idle.put(connection)


def quoted(name: str) -> str:
    """A name as an identifier."""
    return f"`{name.replace('`', '``')}`"


def is_mariadb(cursor: Cursor) -> bool:
    """Whether the server is MariaDB; else it is MySQL."""
    # The stubs leave this method untyped.
    version = cursor.connection.get_server_info()  # type: ignore[no-untyped-call]
    return "mariadb" in str(version).lower()


def _begin(cursor: Cursor, config: MySQLConfig) -> None:
    timeout = (
        ("max_statement_time", config.statement_timeout)
        if is_mariadb(cursor)
        else ("max_execution_time", config.statement_timeout * 1000)
    )
    cursor.execute("SELECT @@sql_mode")
    ((modes,),) = cursor.fetchall()
    sql_mode = ",".join(mode for mode in modes.split(",") if mode not in _OTHER_SYNTAX)
    # The literal default of a TIMESTAMP is told in UTC, names are quoted as ever, and no row is
    # left out, whatever the server's own settings.
    cursor.execute(
        "SET SESSION time_zone = '+00:00', lock_wait_timeout = 10, sql_quote_show_create = 1, "
        f"sql_big_selects = 1, sql_select_limit = {_NO_LIMIT}, {timeout[0]} = {timeout[1]}, "
        "sql_mode = %s",
        (sql_mode,),
    )
    # As the server spells it: some do not tell names by their case. In this character set it can be
    # compared with what is told in any other.
    cursor.execute("SET @source_database = CONVERT(DATABASE() USING utf8mb4)")
    cursor.execute("START TRANSACTION READ ONLY")


def _parameters(config: MySQLConfig) -> dict[str, Any]:
    try:
        url = urlsplit(config.url)
        named = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
        given = {
            "host": url.hostname,
            "port": url.port,
            "user": unquote(url.username or ""),
            "password": unquote(url.password or ""),
            "database": unquote(url.path[1:]),
        }
    except ValueError:
        raise _not_understood() from None
    # A password that was not percent-encoded runs over into what follows it.
    if set(named) - set(_URL_OPTIONS) or "@" in f"{given['host']}{given['database']}":
        raise _not_understood()
    parts = {
        name: getattr(config, name)
        for name in ("host", "port", "user", "password", "database", *_URL_OPTIONS)
    }
    merged = given | named | {name: value for name, value in parts.items() if value}
    tls = {name: str(merged.pop(name, None) or "") for name in _TLS_OPTIONS}
    return {
        **{name: value for name, value in merged.items() if value},
        **demanded_tls(**tls, verify_identity=config.ssl_verify_identity),
        # As bytes: pymysql would take it for Latin-1.
        "password": (merged["password"] or "").encode(),
        "database": merged["database"] or None,
        "port": int(merged["port"] or _DEFAULT_PORT),
        "charset": "utf8mb4",
        "connect_timeout": config.connect_timeout,
        "read_timeout": config.statement_timeout + _SILENCE_SECONDS,
        "autocommit": True,
    }


def _not_understood() -> SourceRefused:
    return SourceRefused(
        "the url is not one of a MySQL server",
        where="mysql",
        remedy="Write mysql://user:${PASSWORD}@host:3306/database, with nothing behind a `?` but "
        f"{', '.join(_URL_OPTIONS)}; if a variable holds the whole url, percent-encode the "
        "password in it.",
    )


def _address(parameters: dict[str, Any]) -> str:
    """Where it is, for messages: never user or password."""
    database = parameters["database"] or ""
    if "unix_socket" in parameters:
        return f"{parameters['unix_socket']}/{database}"
    return f"{parameters.get('host', 'localhost')}:{parameters['port']}/{database}"


def _connect(parameters: dict[str, Any], where: str) -> pymysql.Connection[Cursor]:
    try:
        return AnyCertificate(**parameters)
    except RuntimeError as error:
        # A way to prove the password that pymysql knows with another package only.
        raise SourceRefused(f"its user cannot be proved: {error}", where=where) from error
    except (pymysql.MySQLError, OSError) as error:
        raise explained(error, where) from error
