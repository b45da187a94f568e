from __future__ import annotations

from collections.abc import Iterator

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


@pytest.fixture
def mysql(mariadb: MySQLServer) -> MySQLDatabase:
    """An empty MariaDB database."""
    return mariadb.create_database()
