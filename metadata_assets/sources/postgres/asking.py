"""Asking PostgreSQL about queries: each in a read-only transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from metadata_assets.sources.asking import MOST_ROWS, Answer, told
from metadata_assets.sources.postgres.connection import (
    PostgresConfig,
    begin,
    connected,
    set_local,
)


@contextmanager
def postgres_asked(config: PostgresConfig, seconds: int) -> Iterator[_PostgresEngine]:
    """A session to ask in."""
    timely = config.model_copy(update={"statement_timeout": seconds})
    with connected(timely) as connection:
        # Names are looked up where the user's own queries look them up, not in pg_catalog alone.
        ((path,),) = connection.execute("SHOW search_path").fetchall()
        yield _PostgresEngine(connection, timely, str(path))


@dataclass(frozen=True, slots=True)
class _PostgresEngine:
    connection: psycopg.Connection
    config: PostgresConfig
    search_path: str

    def refusal(self, sql: str) -> str | None:
        # The parentheses keep an `ANALYZE` of the query's own from being an option.
        return self._run(f"EXPLAIN (COSTS OFF) {sql}").refusal

    def answer(self, sql: str) -> Answer:
        return self._run(sql)

    def _run(self, sql: str) -> Answer:
        begin(self.connection, self.config)
        set_local(self.connection, "search_path", self.search_path)
        try:
            # Prepared: the server then takes one statement and no more. The cursor is bound to no
            # parameters, so that a % stays a %.
            cursor: psycopg.Cursor[tuple[Any, ...]] = self.connection.execute(
                sql.strip().rstrip(";"),
                prepare=True,
            )
            if cursor.description is None:
                return Answer("it returns nothing")
            rows = cursor.fetchmany(MOST_ROWS + 1)
        except psycopg.Error as error:
            if self.connection.broken:
                raise
            return Answer((error.diag.message_primary or str(error)).splitlines()[0])
        finally:
            if not self.connection.broken:
                self.connection.rollback()
        return told([column.name for column in cursor.description], rows)
