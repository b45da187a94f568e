"""Dagster's storage in SQLite, with the SQLAlchemy engines of its event log kept.

Dagster 1.13 makes an engine for each of the 350 times that a sync of one source connects to its
log, and each compiles the same few statements anew: a seventh of the sync's CPU. Only that is
different here; files, locks and transactions are Dagster's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

_ENGINES = 16
"""How many are kept: those of the index, and of the latest runs, which have a file each."""


class KeptEventLog(sqlite_event_log.SqliteEventLogStorage):
    """An event log that connects by the engine which this process keeps of a file."""

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            engine = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection


@lru_cache(_ENGINES)
def _engine(address: str) -> sa.Engine:
    # A connection that stayed open would keep the files of runs that are deleted.
    timeout = sqlite_event_log.SQLITE_BUSY_TIMEOUT_SECONDS  # type: ignore[attr-defined]
    return sa.create_engine(address, poolclass=sa.NullPool, connect_args={"timeout": timeout})


class KeptStorage(DagsterSqliteStorage):
    """Runs, events and schedules in a folder, as Dagster keeps them."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Open, and create where missing, the storage in a folder."""
        super().__init__(base_dir, inst_data)
        self._event_log_storage = KeptEventLog(self._event_log_storage._base_dir)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> KeptStorage:
        """Open the storage that a dagster.yaml describes."""
        return cls.from_local(inst_data=inst_data, **config_value)
