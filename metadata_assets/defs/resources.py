"""The places assets read from and write to, as Dagster resources over the core's own types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property

import dagster as dg
from dagster_duckdb import DuckDBResource
from duckdb import DuckDBPyConnection

from metadata_assets.control.model import ControlRow
from metadata_assets.control.sources import open_row, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.eventlog import write_events_to
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings
from metadata_assets.sinks.config import open_index
from metadata_assets.sinks.index import Index
from metadata_assets.sources.registry import Source, dialect_of


class HomeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where state lives. Has no fields, so no URL with a password shows in the UI."""

    @cached_property
    def settings(self) -> Settings:
        """The settings of this process's environment, read once: a run asks some sixty times."""
        return Settings()

    @property
    def lake(self) -> Lake:
        """The lake."""
        return Lake(self.settings.lake_uri)

    @property
    def control(self) -> ControlTable:
        """The control table."""
        return ControlTable(self.lake)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, open for the length of the block; what it records is logged in the home."""
        write_events_to(self.settings.log_path)
        with Ledger.open(self.settings.ledger_url) as ledger:
            yield ledger

    def row(self, key: str) -> ControlRow:
        """An active source of the control table.

        Raises:
            ConfigurationError: There is none of that key.
        """
        (row,) = select_sources(self.control.rows(), [key])
        return row

    def source(self, key: str) -> Source:
        """An active source, ready to read.

        Raises:
            ConfigurationError: There is no such source, or its configuration is wrong.
        """
        return open_row(self.row(key), self.settings.home_path)

    def index(self, key: str) -> Index | None:
        """Where an active source's records are pushed to; None where it names no sink.

        Raises:
            ConfigurationError: There is no such source, or what it says of its sink is wrong.
        """
        return open_index(key, self.row(key).target_config, self.lake, self.settings)

    def dialect(self, key: str) -> str:
        """The SQLGlot dialect of an active source; none of its secrets need be set.

        Raises:
            ConfigurationError: There is no such source, or its configuration is wrong.
        """
        row = self.row(key)
        return dialect_of(row.source_type, row.source_config)


class EngineResource(DuckDBResource):
    """An in-memory DuckDB; unlike its parent, it closes the connection after an exception too."""

    database: str = ":memory:"

    @contextmanager
    def get_connection(self) -> Iterator[DuckDBPyConnection]:
        """A connection of its own for the length of the block."""
        with super().get_connection() as connection, closing(connection):
            yield connection


RESOURCES = {"home": HomeResource(), "engine": EngineResource()}
"""The resources every asset may ask for, by name."""
