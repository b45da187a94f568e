"""Moves of markers per second, singly and in batches, against the bare SQL statement.

`python -m metadata_assets_tests.benchmarks.ledger` prints, for SQLite and PostgreSQL, how many
markers are moved a second and how much longer that takes than the upsert alone through the bare
driver, committed as often, in the same run.
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

from metadata_assets.ledger.marker_swap import Move
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.benchmarks.measure import Candidates, medians
from metadata_assets_tests.servers import PostgresServer

SINGLE_MOVES = 200
BATCH_MOVES = 2000

_UPSERT = """
INSERT INTO sync_markers (id, schema_name, table_name, marker_type, position_data, last_updated,
  created_at)
VALUES ({0}, 'bare', {0}, 'stream', {0}, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
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
                mine, bare = seconds[kind], seconds[f"bare {kind}"]
                print(f"{name}, {kind}: {moves / mine:,.0f}/s, {mine / bare:.2f}x the bare upsert")


def _candidates(
    ledger: Ledger,
    bare_single: Callable[[Sequence[Any]], object],
    bare_batch: Callable[[list[Sequence[Any]]], object],
) -> Candidates:
    steps = iter(range(1, 10**9))

    def moves(count: int) -> list[Move]:
        return [
            Move("ours", f"t{n}", "stream", {"lsn": f"0/{next(steps):X}"}) for n in range(count)
        ]

    def rows(count: int) -> list[Sequence[Any]]:
        return [
            (uuid.uuid4().hex, f"t{n}", json.dumps({"lsn": f"0/{next(steps):X}"}))
            for n in range(count)
        ]

    def single() -> None:
        for move in moves(SINGLE_MOVES):
            ledger.update_stream_position("ours", move.position, move.table_name)

    def single_bare() -> None:
        for row in rows(SINGLE_MOVES):
            bare_single(row)

    return {
        "bare single": single_bare,
        "single": single,
        "bare batch": lambda: bare_batch(rows(BATCH_MOVES)),
        "batch": lambda: ledger.update_positions(moves(BATCH_MOVES)),
    }


@contextmanager
def _on_sqlite(folder: Path) -> Iterator[Candidates]:
    path = folder / "ledger.db"
    statement = _UPSERT.format("?")
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
    statement = _UPSERT.format("%s")
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
