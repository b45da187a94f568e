from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets_tests.sources.databases import duckdb_file
from metadata_assets_tests.sources.reading import fingerprint, listed, read


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shop.duckdb"


def test_patterns_select_tables(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE SCHEMA s",
        "CREATE TABLE orders (a INTEGER)",
        "CREATE TABLE s.orders (a INTEGER)",
        "CREATE TABLE s.order_log (a INTEGER)",
        "CREATE VIEW other AS FROM orders",
    )
    kept = read("duckdb", database, include=["s.*", "oth*"], exclude=["*_log"])
    assert listed(kept.tables, "table_fqdn") == ["main.other", "s.orders"]


def test_an_empty_database_is_an_empty_catalog(database: Path) -> None:
    duckdb_file(database)
    assert read("duckdb", database).tables.num_rows == 0


def test_rows_do_not_change_the_fingerprint_and_any_ddl_does(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE SEQUENCE ids",
        "CREATE TABLE t (a INTEGER DEFAULT nextval('ids'), b INTEGER)",
    )
    before = fingerprint("duckdb", database)
    duckdb_file(database, "INSERT INTO t (b) SELECT * FROM range(1000)", "CHECKPOINT")
    duckdb_file(database, "DELETE FROM t WHERE b > 9", "UPDATE t SET b = 1", "ANALYZE", "VACUUM")
    duckdb_file(database, "CREATE TEMP TABLE passing (a INTEGER)")
    duckdb_file(database, "BEGIN", "CREATE TABLE never (a INTEGER)", "ROLLBACK")
    assert fingerprint("duckdb", database) == before
    for statement in (
        "ALTER TABLE t ADD COLUMN c VARCHAR",
        "ALTER TABLE t RENAME COLUMN c TO d",
        "ALTER TABLE t ALTER COLUMN d SET DEFAULT 'x'",
        "ALTER TABLE t ALTER COLUMN b SET NOT NULL",
        "COMMENT ON TABLE t IS 'x'",
        "COMMENT ON COLUMN t.d IS 'x'",
        "COMMENT ON COLUMN t.d IS NULL; COMMENT ON COLUMN t.b IS 'x'",
        "CREATE MACRO f(x) AS x + 1",
        "CREATE INDEX i ON t (d)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE OR REPLACE VIEW v AS SELECT b AS a FROM t",
        "COMMENT ON VIEW v IS 'x'",
        "CREATE TYPE mood AS ENUM ('a', 'b')",
        "DROP TYPE mood; CREATE TYPE mood AS ENUM ('a', 'c')",
        "CREATE TYPE money AS DECIMAL(18, 3)",
        "DROP TYPE money; CREATE TYPE money AS DECIMAL(18, 4)",
        "CREATE SCHEMA s; CREATE TABLE s.t (a INTEGER)",
        "ALTER TABLE s.t RENAME TO u",
        "ALTER TABLE s.u ALTER a TYPE BIGINT",
        "DROP INDEX i; CREATE UNIQUE INDEX i ON t (d)",
        "DROP INDEX i; CREATE INDEX i ON t ((lower(d)))",
        "DROP INDEX i",
        "ALTER TABLE t ALTER b DROP NOT NULL",
        "ALTER TABLE t ALTER d DROP DEFAULT",
        "CREATE TABLE k (a INTEGER, b VARCHAR)",
        "DROP TABLE k; CREATE TABLE k (a INTEGER PRIMARY KEY, b VARCHAR)",
        "DROP TABLE k; CREATE TABLE k (a INTEGER PRIMARY KEY, b VARCHAR UNIQUE)",
        "DROP TABLE k; CREATE TABLE k (a INTEGER PRIMARY KEY, b VARCHAR CHECK (b > 'x'))",
        "DROP TABLE k; CREATE TABLE k (a INTEGER PRIMARY KEY, b VARCHAR COLLATE nocase)",
        "CREATE TABLE f (a INTEGER REFERENCES k (a))",
        "CREATE TABLE g (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1))",
        "COMMENT ON TYPE money IS 'x'",
        "COMMENT ON TABLE t IS NULL",
        "CREATE SEQUENCE others INCREMENT 2",
        "DROP VIEW v",
    ):
        duckdb_file(database, statement)
        after = fingerprint("duckdb", database)
        assert after != before, statement
        before = after


def test_reading_twice_gives_one_version(database: Path) -> None:
    duckdb_file(database, "CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR UNIQUE, CHECK (a > 1))")
    assert data_version(read("duckdb", database)) == data_version(read("duckdb", database))


def test_a_missing_file_is_an_error_and_is_not_created(database: Path) -> None:
    with pytest.raises(SourceUnavailable) as failed:
        read("duckdb", database)
    assert str(failed.value) == (
        f"{database}: the path does not exist. "
        "Correct `path` in the source's configuration, or bring the file back."
    )
    assert not database.exists()


def test_another_kind_of_file_is_refused(database: Path) -> None:
    database.write_text("id,name\n1,x\n" * 2000)
    with pytest.raises(SourceRefused, match="the file is not a DuckDB database"):
        read("duckdb", database)


def test_a_damaged_database_is_refused(database: Path) -> None:
    duckdb_file(database, *(f"CREATE TABLE t{n} (a INTEGER)" for n in range(20)))
    database.write_bytes(database.read_bytes()[:9000])
    with pytest.raises(SourceRefused, match="DuckDB cannot read it"):
        read("duckdb", database)


@contextmanager
def writer(path: Path) -> Iterator[None]:
    """Another process that has the file open for writing."""
    script = f"import duckdb; c = duckdb.connect({str(path)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def test_a_file_that_another_process_writes_is_worth_another_try(database: Path) -> None:
    duckdb_file(database, "CREATE TABLE t (a INTEGER)")
    with (
        writer(database),
        pytest.raises(SourceUnavailable, match="another process has the DuckDB file open"),
    ):
        read("duckdb", database)
    assert read("duckdb", database).tables.num_rows == 1


def test_a_file_that_this_process_writes_is_worth_another_try(database: Path) -> None:
    with (
        closing(duckdb.connect(str(database))),
        pytest.raises(SourceUnavailable, match="open otherwise in this process"),
    ):
        read("duckdb", database)


def test_what_a_killed_writer_left_in_the_log_is_read(database: Path) -> None:
    script = (
        f"import duckdb, os; c = duckdb.connect({str(database)!r});"
        "c.execute('CREATE TABLE t (a INTEGER)'); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert listed(read("duckdb", database).tables, "table_name") == ["t"]
