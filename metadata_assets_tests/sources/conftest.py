from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import psycopg
import pytest

from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase, MySQLServer
from metadata_assets_tests.sources.postgres_servers import INSTALLED, PostgresDatabase, started


@pytest.fixture(scope="session", params=["embedded", *INSTALLED])
def any_postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """The embedded server, and one of each older version that is installed."""
    if request.param == "embedded":
        yield request.getfixturevalue("postgres")
    else:
        with started(INSTALLED[request.param]) as server:
            yield server


@pytest.fixture
def database(any_postgres: PostgresServer) -> PostgresDatabase:
    """An empty database, on each version in turn."""
    return PostgresDatabase(any_postgres.create_database())


@pytest.fixture
def newest(postgres: PostgresServer) -> PostgresDatabase:
    """An empty database on the embedded server."""
    return PostgresDatabase(postgres.create_database())


@pytest.fixture(scope="session")
def require_extensions() -> Callable[[PostgresServer, Iterable[str]], None]:
    """Skips a test, saying so, on a server that does not bring an extension."""

    def require(server: PostgresServer, names: Iterable[str]) -> None:
        with psycopg.connect(server.admin_url) as connection:
            rows = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
        missing = set(names) - {name for (name,) in rows}
        if missing:
            pytest.skip(f"this PostgreSQL does not bring {', '.join(sorted(missing))}")

    return require


@pytest.fixture
def mysql(mariadb: MySQLServer) -> MySQLDatabase:
    """An empty MariaDB database."""
    return mariadb.create_database()
