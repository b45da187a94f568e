"""One snapshot, read by two sessions; by one where a second cannot have it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from metadata_assets.errors import SourceUnavailable
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.postgres import connection as postgres_connection
from metadata_assets.sources.postgres import driver as postgres
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase, pooled


def test_two_sessions_read_what_one_reads(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE parents (id int PRIMARY KEY); COMMENT ON COLUMN parents.id IS 'a key'",
        "CREATE TABLE t (id int UNIQUE, of int REFERENCES parents CHECK (of > 0)); "
        "CREATE INDEX ON t (of DESC); CREATE VIEW v AS SELECT id FROM t",
    )

    assert database.read(connections=1) == database.read(connections=2)


def test_what_changes_between_two_sessions_is_of_one_moment(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.execute("CREATE TABLE t (id int); CREATE TABLE gone (id int)")

    def sql(engine: str, name: str) -> str:
        if name == "types":
            # Both sessions have begun by now, and asked for nothing yet.
            database.execute("ALTER TABLE t ADD total int; DROP TABLE gone; CREATE TABLE new ()")
        return catalog_sql(engine, name)

    monkeypatch.setattr(postgres, "catalog_sql", sql)
    catalog = database.read()

    assert catalog.tables["table_name"].to_pylist() == ["gone", "t"]
    assert catalog.columns["column_name"].to_pylist() == ["id", "id"]


def test_hosts_that_share_no_snapshot_are_read_by_one_session(
    newest: PostgresDatabase, tmp_path: Path
) -> None:
    other = PostgresServer.start(tmp_path / "data")
    elsewhere = PostgresDatabase(other.create_database(newest.name))
    newest.execute("CREATE TABLE here (id int)")
    elsewhere.execute("CREATE TABLE there (total int, id int)")
    both = PostgresDatabase(
        f"postgresql://postgres@/{newest.name}?host={newest.folder},{elsewhere.folder}"
        "&load_balance_hosts=random"
    )

    read = [both.read() for _ in range(8)]

    for catalog in read:
        (table,) = catalog.tables["table_name"].to_pylist()
        assert catalog.columns.num_rows == {"here": 1, "there": 2}[table]


def test_a_standby_is_read_as_its_primary_is(tmp_path: Path) -> None:
    server = PostgresServer.start(tmp_path / "data")
    database = PostgresDatabase(server.create_database())
    database.execute("CREATE TABLE t (id int PRIMARY KEY, name text)", "CHECKPOINT")
    primary = database.read()
    server.crash()
    (server.folder / "standby.signal").touch()
    server.restart()

    assert database.read() == primary
    assert database.fingerprint() == database.fingerprint(connections=1)
    with psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT pg_is_in_recovery()").fetchall() == [(True,)]


@pytest.mark.parametrize("sessions", [1, 2])
def test_a_pooler_is_no_obstacle_however_few_sessions_it_has(
    sessions: int, newest: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest.execute("CREATE TABLE t (id int PRIMARY KEY)")
    monkeypatch.setattr(postgres_connection, "_SERVED_WITHIN_SECONDS", 0.3)
    with pooled(newest, sessions) as database:
        assert database.read() == newest.read()
        assert database.fingerprint() == newest.fingerprint()


def test_a_pooler_that_has_no_session_left_says_what_to_do(newest: PostgresDatabase) -> None:
    with pooled(newest, 1) as database, psycopg.connect(database.url) as holder:
        holder.execute("SELECT 1")
        with pytest.raises(SourceUnavailable, match=r"query_wait_timeout.* Sync again"):
            database.read()
