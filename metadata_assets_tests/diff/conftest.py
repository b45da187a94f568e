from __future__ import annotations

from collections.abc import Iterator

import pytest

from metadata_assets_tests.sources import mysql_servers
from metadata_assets_tests.sources.mysql_servers import MySQLServer


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MySQLServer]:
    """A MariaDB server of this session."""
    with mysql_servers.started() as server:
        yield server
