"""How fast two versions are compared: on a real PostgreSQL beside other tools, and at scale.

`python -m metadata_assets_tests.benchmarks.diff [TABLES]`: two PostgreSQL databases of that many
tables (1,000 by default), 1 % of them changed, compared with everything that takes: connecting and
extracting both, as medians of interleaved runs beside alembic, and beside migra where MIGRA_PYTHON
names a Python that has it (it needs SQLAlchemy 1.4, so an environment of its own). Then 100,000
generated tables with 2,000,000 columns, 1 % of them changed.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import Change
from metadata_assets.diff.compare import compare
from metadata_assets.schema.build import build_schema
from metadata_assets.schema.versions import table_definitions
from metadata_assets.sources.postgres.connection import PostgresConfig
from metadata_assets.sources.postgres.driver import PostgresDriver
from metadata_assets_tests.benchmarks.measure import Candidates, medians
from metadata_assets_tests.servers import PostgresServer

_ROUNDS = 5
_LARGE = 100_000
_WIDTH = 20

_TABLE = """
CREATE TABLE table_{n:05d} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id bigint,
  code varchar(20) NOT NULL UNIQUE, name text NOT NULL, status status NOT NULL DEFAULT 'new',
  contact varchar(254), amount numeric(12,2) NOT NULL DEFAULT 0 CHECK (amount >= 0),
  tax numeric(12,2) DEFAULT 0.19, total numeric(14,2) GENERATED ALWAYS AS (amount + tax) STORED,
  tags text[] DEFAULT '{{}}', payload jsonb, is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, valid_on date,
  duration interval, score double precision, quantity integer DEFAULT 1, ip inet, token uuid,
  note varchar(500) {reference}
);
CREATE INDEX ON table_{n:05d} (created_at DESC, name);
COMMENT ON TABLE table_{n:05d} IS 'Things {n}';
COMMENT ON COLUMN table_{n:05d}.code IS 'The code of thing {n}';
"""

# One kind of change a table, in turn.
_CHANGES = (
    "ALTER TABLE table_{n:05d} ADD COLUMN added text",
    "ALTER TABLE table_{n:05d} DROP COLUMN payload",
    "ALTER TABLE table_{n:05d} ALTER COLUMN code TYPE varchar(40)",
    "ALTER TABLE table_{n:05d} RENAME COLUMN name TO full_name",
    "COMMENT ON COLUMN table_{n:05d}.code IS 'Another meaning'",
    "ALTER TABLE table_{n:05d} ALTER COLUMN amount SET DEFAULT 1",
    "ALTER TABLE table_{n:05d} ADD CHECK (amount < 1000000)",
    "ALTER TABLE table_{n:05d} ALTER COLUMN valid_on SET NOT NULL",
)


def main(tables: int) -> None:
    """Print the comparison with others, then the times at scale."""
    with _two_versions(tables) as (before, after):
        seconds = medians(_candidates(before, after), rounds=_ROUNDS)
        found = len(_ours(before, after))
    print(f"PostgreSQL, {tables:,} tables, {found} changes, extraction included")
    for name, taken in seconds.items():
        ratio = taken / seconds["metadata_assets"]
        print(f"  {name:<18}{taken * 1000:8.0f} ms {ratio:8.1f} times as long")
    print(f"\n{_LARGE:,} tables, {_LARGE * _WIDTH:,} columns")
    old, new = _generated()
    for name, work in {
        "compare": lambda: compare(old, new, "postgres"),
        "build_schema": lambda: build_schema(new, "postgres").mapping(),
        "table_definitions": lambda: table_definitions(new),
    }.items():
        print(f"  {name:<18}{_timed(work)}")


def _timed(work: Callable[[], object]) -> str:
    wall, cpu = time.perf_counter(), os.times()
    work()
    wall, spent = time.perf_counter() - wall, os.times()
    used = spent.user + spent.system - cpu.user - cpu.system
    return f"{wall:8.2f} s  cpu {used:6.2f} s"


@contextmanager
def _two_versions(tables: int) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        server = PostgresServer.start(Path(folder) / "data")
        urls = (server.create_database(), server.create_database())
        for url in urls:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE TYPE status AS ENUM ('new', 'paid')")
                for start in range(0, tables, 100):
                    batch = range(start, min(start + 100, tables))
                    connection.execute("".join(map(_statement, batch)).encode())
        with psycopg.connect(urls[1], autocommit=True) as connection:
            for turn, n in enumerate(range(0, tables, 100)):
                connection.execute(_CHANGES[turn % len(_CHANGES)].format(n=n).encode())
        yield urls


def _statement(n: int) -> str:
    return _TABLE.format(
        n=n, reference=f", FOREIGN KEY (parent_id) REFERENCES table_{n - 1:05d}" if n else ""
    )


def _candidates(before: str, after: str) -> Candidates:
    candidates: dict[str, Callable[[], object]] = {
        "metadata_assets": lambda: _ours(before, after),
        "alembic": lambda: _alembic(before, after),
    }
    if "MIGRA_PYTHON" in os.environ:
        candidates["migra"] = _migra(os.environ["MIGRA_PYTHON"], before, after)
    return candidates


def _ours(before: str, after: str) -> tuple[Change, ...]:
    with ThreadPoolExecutor(2) as at_once:
        sides = at_once.map(_extracted, (before, after))
        return compare(*sides, "postgres")


def _extracted(url: str) -> Catalog:
    return PostgresDriver().extract(PostgresConfig(url=url))


def _alembic(before: str, after: str) -> object:
    wanted = sa.MetaData()
    wanted.reflect(_engine(after))
    with _engine(before).connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), wanted)


# Answers each line with one comparison, so that starting and importing do not count.
_MIGRA = """
import sys
from functools import partial
import psycopg2
from migra import Migration
from sqlalchemy import create_engine
one, other = (
    create_engine("postgresql://", creator=partial(psycopg2.connect, url)) for url in sys.argv[1:]
)
for _ in sys.stdin:
    with one.connect() as before, other.connect() as after:
        migration = Migration(before, after)
        migration.set_safety(False)
        migration.add_all_changes()
        print(len(migration.sql), flush=True)
"""


def _migra(python: str, before: str, after: str) -> Callable[[], object]:
    process = subprocess.Popen(
        [python, "-c", _MIGRA, before, after],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    atexit.register(process.kill)
    asks, answers = process.stdin, process.stdout
    assert asks is not None
    assert answers is not None

    def compared() -> object:
        print(file=asks, flush=True)
        return int(answers.readline())

    return compared


def _engine(url: str) -> sa.Engine:
    return sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))


def _generated() -> tuple[Catalog, Catalog]:
    with closing(duckdb.connect()) as connection:

        def rows(sql: str) -> pa.Table:
            return connection.sql(sql).to_arrow_table()

        catalog = assemble(
            tables=rows(
                "SELECT 's' || n % 50 AS schema_name, 'table_' || n AS table_name, "
                f"'table' AS object_type FROM range({_LARGE}) t(n)"
            ),
            columns=rows(
                "SELECT 's' || n % 50 AS schema_name, 'table_' || n AS table_name, "
                "j::INTEGER AS ordinal, 'column_' || j AS column_name, "
                "['bigint', 'text', 'numeric(10,2)', 'varchar(' || n % 200 + 1 || ')'][j % 4 + 1] "
                "AS native_type, j % 3 = 0 AS nullable, "
                "CASE WHEN j % 4 = 0 THEN '0' END AS default_expr, 'What it is' AS comment "
                f"FROM range({_LARGE}) t(n), range({_WIDTH}) u(j)"
            ),
            constraints=rows(
                "SELECT 's' || n % 50 AS schema_name, 'table_' || n AS table_name, "
                "'primary_key' AS constraint_type, ['column_0'] AS columns "
                f"FROM range({_LARGE}) t(n)"
            ),
        )
        connection.register("columns", catalog.columns)
        changed = rows(
            "SELECT * REPLACE (CASE WHEN hash(table_fqdn, ordinal) % 100 = 0 THEN 'date' "
            "ELSE native_type END AS native_type) FROM columns ORDER BY table_fqdn, ordinal"
        )
    return catalog, replace(catalog, columns=changed.cast(catalog.columns.schema))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
