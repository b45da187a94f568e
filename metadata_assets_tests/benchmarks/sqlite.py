"""SQLite files to measure extraction on."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from metadata_assets.sources.sqlite.driver import SQLiteConfig, SQLiteDriver
from metadata_assets_tests.benchmarks.measure import Candidates
from metadata_assets_tests.sources.databases import sqlite_file

_TABLE = """
CREATE TABLE {name} (
  id INTEGER PRIMARY KEY {counted}, parent_id INTEGER,
  code VARCHAR(20) NOT NULL UNIQUE, name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'new', contact VARCHAR(254) {collation},
  amount DECIMAL(12,2) NOT NULL DEFAULT 0 {check}, tax DECIMAL(12,2) DEFAULT 0.19,
  total DECIMAL(14,2) {generated}, tags TEXT, payload JSON DEFAULT '{{}}',
  is_active BOOLEAN NOT NULL DEFAULT 1, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME, valid_on DATE, duration TEXT, score DOUBLE PRECISION,
  quantity INTEGER DEFAULT 1, ip TEXT, token BLOB, note VARCHAR(500) {reference}
);
CREATE INDEX {name}_created ON {name} (created_at DESC, name);
"""

# What anyone would ask for the columns alone.
_BARE_QUERY = """
SELECT m.name, x.*
FROM sqlite_master m
JOIN pragma_table_xinfo(m.name) x
WHERE m.type IN ('table', 'view')
"""


@contextmanager
def prepared(tables: int) -> Iterator[Candidates]:
    """What reads a file of that many tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = sqlite_file(
            Path(folder, "measured.db"), "BEGIN;", "".join(map(_statements, range(tables)))
        )
        engine = sa.create_engine(f"sqlite:///{path}")
        config = SQLiteConfig(path=str(path))
        yield {
            "bare query": partial(_fetch, path),
            "extract": partial(SQLiteDriver().extract, config),
            "fingerprint": partial(SQLiteDriver().fingerprint, config),
            "SQLAlchemy get_multi_*": partial(_get_multi, engine),
        }


def _statements(number: int) -> str:
    is_tenth = number % 10 == 0
    return _TABLE.format(
        name=f"table_{number:05d}",
        counted="AUTOINCREMENT" if is_tenth else "",
        collation="COLLATE NOCASE" if is_tenth else "",
        check="CHECK (amount >= 0)" if is_tenth else "",
        generated="GENERATED ALWAYS AS (amount + tax) STORED" if is_tenth else "",
        reference=f", FOREIGN KEY (parent_id) REFERENCES table_{number - 1:05d} (id)"
        if number
        else "",
    )


def _fetch(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_BARE_QUERY).fetchall()


def _get_multi(engine: sa.Engine) -> None:
    inspector = sa.inspect(engine)
    inspector.get_multi_columns()
    inspector.get_multi_pk_constraint()
    inspector.get_multi_foreign_keys()
