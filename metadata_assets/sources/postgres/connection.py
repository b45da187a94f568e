"""Connecting to PostgreSQL: configuration, one read-only transaction, and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from select import select

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from pydantic import Field, field_validator, model_validator

from metadata_assets.errors import SourceRefused
from metadata_assets.sources.config import EnvReference, Secret, SourceConfig, Url
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.patience import patiently
from metadata_assets.sources.postgres.errors import explained

OLDEST_VERSION = 140000
"""The oldest server version read, as libpq numbers them."""

_LOCK_TIMEOUT_SECONDS = 2
"""How long to wait for a table that a migration locked after we looked."""

_SERVED_WITHIN_SECONDS = 2.0
"""How long a pooler may let a second session wait before one does without it."""

_NO_SUCH_SNAPSHOT = (
    errors.InvalidParameterValue,
    # Since PostgreSQL 17.
    errors.UndefinedObject,
)

_DEFAULT_PARAMETERS = {
    "application_name": "metadata_assets",
    # A peer that vanished without a word is noticed within half a minute.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


class PostgresConfig(SourceConfig):
    """The `source_config` of a PostgreSQL database: a `url`, or its parts, or both.

    What neither names comes from libpq's defaults: `PG*` variables, `~/.pgpass`, a service file.
    """

    url: Url = Field(
        "", description="`postgresql://user:${PASSWORD}@host:5432/database?sslmode=require`."
    )
    host: str = Field("", description="Host name, address, or folder of a Unix socket.")
    port: int | EnvReference | None = None
    database: str = ""
    user: str = ""
    password: Secret = ""
    sslmode: str = Field("", description="As libpq's: `require`, `verify-full`, …")
    sslrootcert: str = Field("", description="Path of the certificate authority's file.")
    sslcert: str = Field("", description="Path of the client certificate.")
    sslkey: str = Field("", description="Path of the client's private key.")
    sslpassword: Secret = ""
    service: str = Field("", description="A service of libpq's service file.")
    connect_timeout: int = Field(10, ge=2, description="Seconds.")
    statement_timeout: int = Field(300, ge=1, description="Seconds that one query may take.")
    connections: int = Field(2, ge=1, le=2, description="How many to read with at the same time.")
    include_extensions: bool = Field(
        False, description="Also read the tables and types that extensions own."
    )

    @field_validator("url")
    @classmethod
    def _without_driver(cls, url: str) -> str:
        """Take SQLAlchemy's `postgresql+psycopg://` too."""
        return re.sub(r"^postgres(ql)?\+\w+://", "postgresql://", url)

    @model_validator(mode="after")
    def _no_password_in_parameters(self) -> PostgresConfig:
        """Refuse a literal password wherever a connection string can hide one."""
        try:
            parameters = conninfo_to_dict(self.url)
        except psycopg.ProgrammingError:
            return self  # References may complete it; connecting says what is wrong.
        for name in ("password", "sslpassword"):
            if not re.fullmatch(r"(\$\{\w+\})?", str(parameters.get(name) or "")):
                raise ValueError("a literal secret is refused; write a reference such as ${PW}")
        return self


@contextmanager
def connected(config: PostgresConfig) -> Iterator[psycopg.Connection]:
    """One connection; what goes wrong on it is explained.

    Raises:
        SourceUnavailable: The server cannot be reached, went away, or took too long.
        SourceRefused: It refuses us, is too old, or what is configured does not exist.
    """
    parameters = _parameters(config)
    where = _address(parameters)
    with closing(patiently(lambda: _connect(parameters, where))) as connection:
        if connection.info.server_version < OLDEST_VERSION:
            raise SourceRefused(
                f"the server is PostgreSQL {connection.info.parameter_status('server_version')}",
                where=where,
                remedy=f"Versions from {OLDEST_VERSION // 10000} on can be read.",
            )
        try:
            yield connection
        except psycopg.Error as error:
            raise explained(error, where) from error


def begin(connection: psycopg.Connection, config: PostgresConfig) -> None:
    """Begin a read-only snapshot with the settings of `session.sql`, ending the one before."""
    connection.rollback()
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    _set_session(connection, config)


def begin_beside(
    first: psycopg.Connection, connection: psycopg.Connection, config: PostgresConfig
) -> bool:
    """Begin as `begin` does, with the snapshot of the first session; False where that cannot be.

    With several hosts in the url, or behind a balancer, a second session may be one of another
    server, where that snapshot does not exist; a pooler may have none while the first one lasts.
    """
    if connection.closed or not _is_served(connection):
        return False
    ((snapshot,),) = first.execute("SELECT pg_export_snapshot()").fetchall()
    try:
        # Before any query: https://www.postgresql.org/docs/current/sql-set-transaction.html
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(snapshot))
    except _NO_SUCH_SNAPSHOT:
        return False
    _set_session(connection, config)
    return True


def _is_served(connection: psycopg.Connection) -> bool:
    """Begin a transaction; the connection is closed where no server answers it soon."""
    connection.rollback()
    server = connection.pgconn
    server.send_query(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    server.flush()
    # psycopg's own waits without end.
    if not select([connection], [], [], _SERVED_WITHIN_SECONDS)[0]:
        connection.close()
        return False
    while result := server.get_result():
        if result.status == ExecStatus.FATAL_ERROR:
            raise error_from_result(result, "utf-8")
    return True


def _set_session(connection: psycopg.Connection, config: PostgresConfig) -> None:
    connection.execute(catalog_sql("postgres", "session"))
    set_local(connection, "statement_timeout", f"{config.statement_timeout}s")
    set_local(connection, "lock_timeout", f"{_LOCK_TIMEOUT_SECONDS}s")


def set_local(connection: psycopg.Connection, name: str, value: str) -> None:
    """Set a setting until the transaction ends."""
    connection.execute("SELECT set_config(%s, %s, true)", (name, value))


def _parameters(config: PostgresConfig) -> dict[str, str]:
    """What to connect with: the url, overruled by the parts.

    libpq's message about a url repeats parts of it, which may be the password's: it is not shown.
    """
    try:
        named = {name: str(value) for name, value in conninfo_to_dict(config.url).items()}
    except psycopg.ProgrammingError:
        raise _not_understood() from None
    parts = {
        "host": config.host,
        "port": config.port,
        "dbname": config.database,
        "user": config.user,
        "password": config.password,
        "sslmode": config.sslmode,
        "sslrootcert": config.sslrootcert,
        "sslcert": config.sslcert,
        "sslkey": config.sslkey,
        "sslpassword": config.sslpassword,
        "service": config.service,
    }
    given = named | {name: str(value) for name, value in parts.items() if value}
    # A password that was not percent-encoded runs over into what follows it.
    if "@" in given.get("host", "") + given.get("dbname", "") or not re.fullmatch(
        r"[\d,]*", given.get("port", "")
    ):
        raise _not_understood()
    return {
        "connect_timeout": str(config.connect_timeout),
        **_DEFAULT_PARAMETERS,
        **given,
        "client_encoding": "UTF8",
    }


def _not_understood() -> SourceRefused:
    return SourceRefused(
        "the url is not one that PostgreSQL's libpq understands",
        where="postgresql",
        remedy="Write postgresql://user:${PASSWORD}@host:5432/database; if a variable holds the "
        "whole url, percent-encode the password in it.",
    )


def _address(parameters: dict[str, str]) -> str:
    """Where it is, for messages: host, port and database, never user or password."""
    host = parameters.get("host") or parameters.get("hostaddr") or "localhost"
    return f"{host}:{parameters.get('port', '5432')}/{parameters.get('dbname', '')}"


def _connect(parameters: dict[str, str], where: str) -> psycopg.Connection:
    try:
        return psycopg.connect(**parameters)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        raise explained(error, where) from error
