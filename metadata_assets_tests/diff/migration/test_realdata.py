"""The script is run on a real database of the old version, which must then be of the new one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import Change
from metadata_assets.diff.compare import compare
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets.sources.postgres.connection import PostgresConfig
from metadata_assets.sources.postgres.driver import PostgresDriver
from metadata_assets.sources.sqlite.driver import SQLiteConfig, SQLiteDriver
from metadata_assets_tests.diff.test_truth import (
    mariadb_catalog,
    pairs,
    postgres_catalog,
    postgres_database,
    script_of,
    sqlite_catalog,
)
from metadata_assets_tests.realdata import needs_realdata, truth
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

pytestmark = needs_realdata


def still_different(
    migrated: Catalog, before: Catalog, after: Catalog, dialect: str
) -> tuple[Change, ...]:
    """What differs from the later version and is not left to be done by hand."""
    left = {type(step.change) for step in migrate(before, after, dialect).by_hand}
    return tuple(c for c in compare(migrated, after, dialect) if type(c) not in left)


@pytest.mark.parametrize("pair", pairs("pg"))
def test_postgres_databases_become_their_next_version(
    pair: str, postgres: PostgresServer, tmp_path: Path
) -> None:
    expected = truth(f"diff/{pair}.json")
    before, after = (postgres_catalog(expected[side], postgres) for side in ("from", "to"))
    old = PostgresDatabase(postgres_database(expected["from"], postgres))
    url = postgres.create_database(template=old.name)
    script = tmp_path / "migration.sql"
    script.write_text(migrate(before, after, "postgres").text(pair), encoding="utf-8")
    postgres.load(url, script)
    migrated = PostgresDriver().extract(PostgresConfig(url=url))
    assert still_different(migrated, before, after, "postgres") == ()


@pytest.mark.parametrize("pair", pairs("mysql"))
def test_mariadb_databases_become_their_next_version(
    pair: str, mariadb: MySQLServer, tmp_path: Path
) -> None:
    expected = truth(f"diff/{pair}.json")
    before, after = (mariadb_catalog(expected[side], mariadb) for side in ("from", "to"))
    script = tmp_path / "migration.sql"
    script.write_text(migrate(before, after, "mysql").text(pair), encoding="utf-8")
    database = mariadb.create_database("app")
    try:
        mariadb.load(database, script_of(f"my_{expected['from']}"))
        mariadb.load(database, script)
        migrated = database.read()
    finally:
        database.execute("DROP DATABASE app")
    assert still_different(migrated, before, after, "mysql") == ()


@pytest.mark.parametrize("pair", pairs("sqlite"))
def test_sqlite_files_become_their_next_version(pair: str, tmp_path: Path) -> None:
    expected = truth(f"diff/{pair}.json")
    before, after = (sqlite_catalog(expected[side], tmp_path) for side in ("from", "to"))
    path = tmp_path / f"{expected['from']}.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(migrate(before, after, "sqlite").text(pair))
    migrated = SQLiteDriver().extract(SQLiteConfig(path=str(path)))
    assert still_different(migrated, before, after, "sqlite") == ()
