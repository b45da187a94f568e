from __future__ import annotations

from pathlib import Path

import pytest

from metadata_assets.lake import Lake
from metadata_assets_tests.servers import PostgresServer


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """A PostgreSQL server of this session; each test makes its own database."""
    return PostgresServer.start(tmp_path_factory.mktemp("postgres") / "data")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake"))
