from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.sqlite import driver as sqlite
from metadata_assets_tests.sources.databases import sqlite_file
from metadata_assets_tests.sources.reading import fingerprint, listed, read


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


def test_patterns_select_tables(database: Path) -> None:
    sqlite_file(database, "CREATE TABLE orders (a); CREATE TABLE order_log (a); CREATE TABLE x (a)")
    kept = read("sqlite", database, include=["order*"], exclude=["main.*_log"])
    assert listed(kept.tables, "table_name") == ["orders"]
    assert listed(kept.columns, "table_fqdn") == ["main.orders"]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_a_database_in_any_encoding_is_read(database: Path, encoding: str) -> None:
    sqlite_file(
        database,
        f"PRAGMA encoding = '{encoding}'; CREATE TABLE größen (id INT, maß TEXT DEFAULT '→ß')",
    )
    catalog = read("sqlite", database)
    assert listed(catalog.tables, "table_name") == ["größen"]
    assert listed(catalog.columns, "column_name") == ["id", "maß"]
    assert listed(catalog.columns, "default_expr") == [None, "'→ß'"]


def test_an_empty_database_is_an_empty_catalog(database: Path) -> None:
    sqlite_file(database, "CREATE TABLE t (a)", "DROP TABLE t")
    assert read("sqlite", database).tables.num_rows == 0


def test_rows_do_not_change_the_fingerprint_and_any_ddl_does(database: Path) -> None:
    sqlite_file(database, "CREATE TABLE t (a INT)")
    before = fingerprint("sqlite", database)
    sqlite_file(database, "INSERT INTO t VALUES (1)", "VACUUM", "ANALYZE", "REINDEX")
    sqlite_file(database, "PRAGMA user_version = 7", "CREATE TEMP TABLE passing (a)")
    sqlite_file(database, "BEGIN; CREATE TABLE never (a); ROLLBACK")
    sqlite_file(database, "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END")
    assert fingerprint("sqlite", database) == before
    for statement in (
        "ALTER TABLE t ADD COLUMN b TEXT",
        "ALTER TABLE t RENAME COLUMN b TO c",
        "CREATE INDEX i ON t (c)",
        "CREATE VIEW v AS SELECT a FROM t",
        "DROP VIEW v; CREATE VIEW v AS SELECT c FROM t",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE u ADD COLUMN d INT DEFAULT 1 CHECK (d > 0)",
        "ALTER TABLE u ADD COLUMN e INT REFERENCES u (a)",
        "ALTER TABLE u ADD COLUMN f INT NOT NULL DEFAULT 0",
        "ALTER TABLE u ADD COLUMN g INT AS (f + 1)",
        "ALTER TABLE u DROP COLUMN g",
        "DROP INDEX i; CREATE UNIQUE INDEX i ON u (c)",
        "DROP INDEX i; CREATE INDEX i ON u (c) WHERE c > 1",
        "DROP INDEX i; CREATE INDEX i ON u (lower(c))",
        "DROP INDEX i",
        "CREATE TABLE w (a PRIMARY KEY, b)",
        "DROP TABLE w; CREATE TABLE w (a PRIMARY KEY, b) WITHOUT ROWID",
        "DROP TABLE w; CREATE TABLE w (a INTEGER PRIMARY KEY, b)",
        "DROP TABLE w; CREATE TABLE w (a INTEGER PRIMARY KEY AUTOINCREMENT, b)",
        "DROP TABLE w; CREATE TABLE w (a INTEGER PRIMARY KEY, b TEXT) STRICT",
        "DROP TABLE w; CREATE TABLE w (a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE)",
        "DROP TABLE w; CREATE TABLE w (a INTEGER PRIMARY KEY, b TEXT UNIQUE)",
        "CREATE VIRTUAL TABLE n USING fts5(title)",
        "DROP VIEW v",
        "DROP TABLE w",
    ):
        sqlite_file(database, statement)
        after = fingerprint("sqlite", database)
        assert after != before, statement
        before = after


def test_counting_rows_changes_what_a_view_of_the_counts_shows(database: Path) -> None:
    sqlite_file(
        database,
        "CREATE TABLE t (a INT); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1);"
        "CREATE VIEW v AS SELECT tbl FROM sqlite_stat1",
    )
    before = fingerprint("sqlite", database)
    assert listed(read("sqlite", database).tables, "table_name") == ["t"]
    sqlite_file(database, "ANALYZE")
    assert fingerprint("sqlite", database) != before
    assert listed(read("sqlite", database).tables, "table_name") == ["t", "v"]


def test_a_database_at_rest_is_read_where_nothing_may_be_written() -> None:
    # Not pytest's folder, which nobody else may enter.
    with TemporaryDirectory() as folder:
        database = sqlite_file(
            Path(folder, "a.db"), "PRAGMA journal_mode = WAL; CREATE TABLE t (a)"
        )
        expected = fingerprint("sqlite", database)
        with unwritable(Path(folder)):
            assert fingerprint("sqlite", database) == expected


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """The folder may not be written, not even by root, who is nobody meanwhile."""
    folder.chmod(0o555)
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.setresuid(65534, 65534, 0)
        yield
    finally:
        if is_root:
            os.setresuid(0, 0, 0)
        folder.chmod(0o755)


def test_reading_twice_gives_one_version(database: Path) -> None:
    sqlite_file(database, "CREATE TABLE t (a INT PRIMARY KEY, b TEXT UNIQUE, CHECK (a > 1))")
    assert data_version(read("sqlite", database)) == data_version(read("sqlite", database))


def test_a_missing_file_is_an_error_and_is_not_created(database: Path) -> None:
    with pytest.raises(SourceUnavailable) as failed:
        read("sqlite", database)
    assert str(failed.value) == (
        f"{database}: the path does not exist. "
        "Correct `path` in the source's configuration, or bring the file back."
    )
    assert not database.exists()


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="is a folder"):
        read("sqlite", tmp_path)


def test_another_kind_of_file_is_refused(database: Path) -> None:
    database.write_text("id,name\n1,x\n" * 200)
    with pytest.raises(SourceRefused, match="file is not a database"):
        read("sqlite", database)


def test_a_damaged_database_is_refused(database: Path) -> None:
    sqlite_file(database, *(f"CREATE TABLE t{n} (a INT, b TEXT)" for n in range(100)))
    database.write_bytes(database.read_bytes()[:5000])
    with pytest.raises(SourceRefused, match="malformed"):
        read("sqlite", database)


def test_a_locked_database_is_worth_another_try(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    sqlite_file(database, "CREATE TABLE t (a)")
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SourceUnavailable, match="database is locked"):
            read("sqlite", database)


def test_a_database_that_is_written_to_in_wal_mode_is_read(database: Path) -> None:
    sqlite_file(database, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)")
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE unfinished (a)")
        assert listed(read("sqlite", database).tables, "table_name") == ["t"]


def test_a_path_of_odd_characters_is_opened(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "100% sure? #1 &é.db", "CREATE TABLE t (a)")
    assert listed(read("sqlite", path).tables, "table_name") == ["t"]
