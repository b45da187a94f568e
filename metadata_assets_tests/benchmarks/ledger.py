"""Moves of markers per second, singly and in batches, against the bare SQL statement.

`python -m metadata_assets_tests.benchmarks.ledger` prints, for SQLite and PostgreSQL, how many
markers are moved a second and how much longer that takes than the upsert alone, committed as often
and as durably, in the same run: through the bare driver, and through SQLAlchemy, which the ledger
is built on. On SQLite a commit is a few microseconds of copying, so there SQLAlchemy is the price.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from metadata_assets.ledger.marker_swap import Move
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.benchmarks.measure import Candidates, medians
from metadata_assets_tests.servers import PostgresServer

SINGLE_MOVES = 200
BATCH_MOVES = 2000

_UPSERT = """
INSERT INTO sync_markers (id, schema_name, table_name, marker_type, position_data, last_updated,
  created_at)
VALUES ({0}, 'bare', {1}, 'stream', {2}, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
ON CONFLICT (schema_name, coalesce(table_name, ''), marker_type) DO UPDATE SET
  position_data = excluded.position_data, last_updated = excluded.last_updated
"""


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        for name, place in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgres)):
            with place(Path(folder)) as candidates:
                seconds = medians(candidates, rounds=7)
            for kind, moves in (("single", SINGLE_MOVES), ("batch", BATCH_MOVES)):
                mine = seconds[kind]
                by_driver = mine / seconds[f"driver {kind}"]
                by_sqlalchemy = mine / seconds[f"SQLAlchemy {kind}"]
                print(
                    f"{name}, {kind}: {moves / mine:,.0f}/s, {by_driver:.2f}x the upsert through "
                    f"the driver, {by_sqlalchemy:.2f}x through SQLAlchemy"
                )


_steps = iter(range(1, 10**9))


def _moves(count: int) -> list[Move]:
    return [Move("ours", f"t{n}", "stream", {"lsn": f"0/{next(_steps):X}"}) for n in range(count)]


def _rows(count: int) -> list[Sequence[Any]]:
    return [
        (uuid.uuid4().hex, f"t{n}", json.dumps({"lsn": f"0/{next(_steps):X}"}))
        for n in range(count)
    ]


def _named_rows(count: int) -> list[dict[str, Any]]:
    return [dict(zip(("id", "table", "position"), row, strict=True)) for row in _rows(count)]


def _candidates(
    ledger: Ledger,
    by_driver: Callable[[Sequence[Any]], object],
    batch_by_driver: Callable[[list[Sequence[Any]]], object],
) -> Candidates:
    upsert = text(_UPSERT.format(":id", ":table", ":position"))
    engine = ledger._database.engine  # its connections are prepared as the ledger's are

    def single() -> None:
        for move in _moves(SINGLE_MOVES):
            ledger.update_stream_position("ours", move.position, move.table_name)

    def single_by_driver() -> None:
        for row in _rows(SINGLE_MOVES):
            by_driver(row)

    def single_by_sqlalchemy() -> None:
        for row in _named_rows(SINGLE_MOVES):
            with engine.begin() as connection:
                connection.execute(upsert, row)

    def batch_by_sqlalchemy() -> None:
        with engine.begin() as connection:
            connection.execute(upsert, _named_rows(BATCH_MOVES))

    return {
        "driver single": single_by_driver,
        "SQLAlchemy single": single_by_sqlalchemy,
        "single": single,
        "driver batch": lambda: batch_by_driver(_rows(BATCH_MOVES)),
        "SQLAlchemy batch": batch_by_sqlalchemy,
        "batch": lambda: ledger.update_positions(_moves(BATCH_MOVES)),
    }


@contextmanager
def _on_sqlite(folder: Path) -> Iterator[Candidates]:
    path = folder / "ledger.db"
    statement = _UPSERT.format("?", "?", "?")
    with (
        Ledger.open(f"sqlite:///{path}") as ledger,
        closing(sqlite3.connect(path, isolation_level=None)) as bare,
    ):
        bare.execute("PRAGMA synchronous = NORMAL")

        def batch(rows: list[Sequence[Any]]) -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(statement, rows)
            bare.execute("COMMIT")

        yield _candidates(ledger, lambda row: bare.execute(statement, row), batch)


@contextmanager
def _on_postgres(folder: Path) -> Iterator[Candidates]:
    server = PostgresServer.start(folder / "postgres")
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        # As in earnest: a commit waits for the disk.
        admin.execute("ALTER SYSTEM SET fsync = on")
        admin.execute("SELECT pg_reload_conf()")
    url = server.create_database()
    statement = _UPSERT.format("%s", "%s", "%s")
    with Ledger.open(url) as ledger, psycopg.connect(url) as bare:

        def single(row: Sequence[Any]) -> None:
            bare.execute(statement, row)
            bare.commit()

        def batch(rows: list[Sequence[Any]]) -> None:
            bare.cursor().executemany(statement, rows)
            bare.commit()

        yield _candidates(ledger, single, batch)


if __name__ == "__main__":
    main()
