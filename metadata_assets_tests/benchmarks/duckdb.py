"""DuckDB files to measure extraction on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import duckdb

from metadata_assets.sources.duckdb.connection import DuckDBConfig
from metadata_assets.sources.duckdb.driver import DuckDBDriver
from metadata_assets_tests.benchmarks.measure import Candidates
from metadata_assets_tests.sources.databases import duckdb_file

_TABLE = """
CREATE TABLE {name} (
  id BIGINT PRIMARY KEY, parent_id BIGINT, code VARCHAR NOT NULL UNIQUE, name VARCHAR NOT NULL,
  status status NOT NULL DEFAULT 'new', contact VARCHAR {collation},
  amount DECIMAL(12,2) NOT NULL DEFAULT 0 {check}, tax DECIMAL(12,2) DEFAULT 0.19,
  total DECIMAL(14,2) {generated}, tags VARCHAR[], payload STRUCT(a INTEGER, b VARCHAR[]),
  is_active BOOLEAN NOT NULL DEFAULT true, created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ, valid_on DATE, duration INTERVAL, score DOUBLE,
  quantity INTEGER DEFAULT 1, ip UUID, token BLOB, note VARCHAR {reference}
);
CREATE INDEX {name}_created ON {name} (created_at, name);
COMMENT ON TABLE {name} IS 'Rows of {name}: one per thing that happened';
COMMENT ON COLUMN {name}.code IS 'The code of the thing, as the source of {name} gave it';
COMMENT ON COLUMN {name}.amount IS 'The amount of the thing, before tax';
"""


@contextmanager
def prepared(tables: int) -> Iterator[Candidates]:
    """What reads a file of that many tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = duckdb_file(
            Path(folder, "measured.duckdb"),
            "BEGIN",
            "CREATE TYPE status AS ENUM ('new', 'paid', 'shipped', 'returned')",
            *map(_statements, range(tables)),
            "COMMIT",
        )
        config = DuckDBConfig(path=str(path))
        yield {
            "bare query": partial(_fetch, path),
            "extract": partial(DuckDBDriver().extract, config),
            "fingerprint": partial(DuckDBDriver().fingerprint, config),
        }


def _statements(number: int) -> str:
    is_tenth = number % 10 == 0
    return _TABLE.format(
        name=f"table_{number:05d}",
        collation="COLLATE nocase" if is_tenth else "",
        check="CHECK (amount >= 0)" if is_tenth else "",
        generated="GENERATED ALWAYS AS (amount + tax)" if is_tenth else "",
        reference=f", FOREIGN KEY (parent_id) REFERENCES table_{number - 1:05d} (id)"
        if number
        else "",
    )


def _fetch(path: Path) -> None:
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        # What anyone would ask for the columns alone.
        connection.sql("FROM duckdb_columns() WHERE NOT internal").to_arrow_table()
