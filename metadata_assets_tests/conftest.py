from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psycopg
import pytest

from metadata_assets.lake import Lake
from metadata_assets_tests.home import Home
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources import mysql_servers
from metadata_assets_tests.sources.mysql_servers import MySQLServer


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """A PostgreSQL server of this session; each test makes its own database."""
    return PostgresServer.start(tmp_path_factory.mktemp("postgres") / "data")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MySQLServer]:
    """A MariaDB server of this session; each test makes its own database."""
    with mysql_servers.started() as server:
        yield server


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
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home in a folder of its own, which is also this process's."""
    path = tmp_path / "home"
    path.mkdir()
    monkeypatch.setenv("METADATA_ASSETS_HOME", str(path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.chdir(path)
    return Home(path)
