"""PostgreSQL databases to measure extraction on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import sqlalchemy as sa

from metadata_assets.sources.postgres.connection import PostgresConfig
from metadata_assets.sources.postgres.driver import PostgresDriver
from metadata_assets_tests.benchmarks.measure import Candidates
from metadata_assets_tests.servers import PostgresServer

_TYPES = """
CREATE TYPE status AS ENUM ('new', 'paid', 'shipped', 'returned');
CREATE DOMAIN email AS varchar(254) CHECK (VALUE LIKE '%@%');
"""

_TABLE = """
CREATE TABLE {name} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id bigint,
  code varchar(20) NOT NULL UNIQUE, name text NOT NULL,
  status status NOT NULL DEFAULT 'new', contact email,
  amount numeric(12,2) NOT NULL DEFAULT 0 {check}, tax numeric(12,2) DEFAULT 0.19,
  total numeric(14,2) {generated}, tags text[] DEFAULT '{{}}', payload jsonb DEFAULT '{{}}'::jsonb,
  is_active boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz, valid_on date, duration interval, score double precision,
  quantity integer DEFAULT 1, ip inet, token uuid, note varchar(500) {reference}
);
CREATE INDEX ON {name} (created_at DESC, name);
COMMENT ON TABLE {name} IS 'Rows of {name}: one per thing that happened';
COMMENT ON COLUMN {name}.code IS 'The code of the thing, as the source of {name} gave it';
COMMENT ON COLUMN {name}.amount IS 'The amount of the thing, before tax';
COMMENT ON COLUMN {name}.created_at IS 'When {name} first heard of it';
"""

# What anyone would ask for the columns alone.
_BARE_QUERY = """
COPY (
  SELECT n.nspname, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
    a.attnotnull, CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) END,
    col_description(c.oid, a.attnum)
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
    AND n.nspname NOT IN ('pg_catalog', 'information_schema')
) TO STDOUT
"""


@contextmanager
def prepared(tables: int) -> Iterator[Candidates]:
    """What reads a database of that many tables."""
    with tempfile.TemporaryDirectory() as folder:
        url = PostgresServer.start(Path(folder) / "data").create_database()
        _build(url, tables)
        engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
        config = PostgresConfig(url=url)
        yield {
            "bare query": partial(_drain, url),
            "extract": partial(PostgresDriver().extract, config),
            "fingerprint": partial(PostgresDriver().fingerprint, config),
            "SQLAlchemy get_multi_*": partial(_get_multi, engine),
            "SQLAlchemy table by table": partial(_table_by_table, engine),
        }


def _build(url: str, tables: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TYPES)
        for start in range(0, tables, 100):
            batch = range(start, min(start + 100, tables))
            connection.execute("".join(map(_statements, batch)).encode())
        connection.execute("VACUUM ANALYZE")


def _statements(number: int) -> str:
    is_tenth = number % 10 == 0
    return _TABLE.format(
        name=f"table_{number:05d}",
        check="CHECK (amount >= 0)" if is_tenth else "",
        generated="GENERATED ALWAYS AS (amount + tax) STORED" if is_tenth else "",
        reference=f", FOREIGN KEY (parent_id) REFERENCES table_{number - 1:05d}" if number else "",
    )


def _drain(url: str) -> None:
    with psycopg.connect(url) as connection, connection.cursor().copy(_BARE_QUERY) as copy:
        for _ in copy:
            pass


def _get_multi(engine: sa.Engine) -> None:
    inspector = sa.inspect(engine)
    inspector.get_multi_columns()
    inspector.get_multi_pk_constraint()
    inspector.get_multi_foreign_keys()
    inspector.get_multi_table_comment()


def _table_by_table(engine: sa.Engine) -> None:
    inspector = sa.inspect(engine)
    for table in inspector.get_table_names():
        inspector.get_columns(table)
        inspector.get_pk_constraint(table)
        inspector.get_foreign_keys(table)
        inspector.get_table_comment(table)
