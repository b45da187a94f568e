from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.servers import PostgresServer

ODD_SCHEMA = "my-schema"


@dataclass(frozen=True)
class Place:
    """Where a ledger is, or may come to be."""

    url: str
    schema: str | None

    def open(self) -> Ledger:
        return Ledger.open(self.url, self.schema)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place that holds no ledger yet, on each engine; on PostgreSQL in an oddly named schema."""
    if request.param == "sqlite":
        return Place(f"sqlite:///{tmp_path / 'ledger.db'}", None)
    server: PostgresServer = request.getfixturevalue("postgres")
    return Place(server.create_database(), ODD_SCHEMA)


@pytest.fixture
def ledger(place: Place) -> Iterator[Ledger]:
    with place.open() as opened:
        yield opened
