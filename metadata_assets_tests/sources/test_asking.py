"""Each engine is asked about queries: it plans or runs them, and is never made to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metadata_assets.errors import SourceRefused
from metadata_assets.sources.registry import Source
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.databases import duckdb_file, sqlite_file
from metadata_assets_tests.sources.mysql_servers import MySQLServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import source

SCRIPT = (
    "CREATE TABLE t (id INTEGER, name VARCHAR(20))",
    "INSERT INTO t VALUES (1, 'a%'), (2, 'b')",
)
Opened = Callable[[str], Source]


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens a source of an engine that holds a table of two rows."""

    def open_engine(engine: str) -> Source:
        if engine == "duckdb":
            return source("duckdb", duckdb_file(tmp_path / "t.duckdb", *SCRIPT))
        if engine == "sqlite":
            return source("sqlite", sqlite_file(tmp_path / "t.sqlite", *(f"{s};" for s in SCRIPT)))
        if engine == "postgres":
            postgres: PostgresServer = request.getfixturevalue("postgres")
            loaded = PostgresDatabase(postgres.create_database())
            loaded.execute(*SCRIPT)
            return loaded.source()
        mariadb: MySQLServer = request.getfixturevalue("mariadb")
        database = mariadb.create_database()
        database.execute(*SCRIPT)
        return database.source()

    return open_engine


ENGINES = ("duckdb", "sqlite", "postgres", "mariadb")


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_plans_queries_and_says_what_it_refuses(opened: Opened, engine: str) -> None:
    with opened(engine).asked(5) as asked:
        assert asked.refusal("SELECT id FROM t WHERE name LIKE 'a%' ORDER BY 1;") is None
        assert "nme" in (asked.refusal("SELECT nme FROM t") or "")
        assert asked.refusal("SELECT id FROM t") is None  # the session goes on
        answer = asked.answer("SELECT id, name FROM t WHERE name LIKE 'a%'")
        assert (answer.refusal, answer.columns) == (None, ("id", "name"))
        assert [tuple(row) for row in answer.rows] == [(1, "a%")]
        assert asked.answer("SELECT nme FROM t").refusal


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t",
        "ANALYZE DELETE FROM t",
        "SELECT 1; DELETE FROM t",
        "CREATE TABLE u (id INTEGER)",
        "ATTACH 'u.db' AS u",
    ],
)
def test_an_engine_is_never_made_to_write(opened: Opened, engine: str, sql: str) -> None:
    with opened(engine).asked(5) as asked:
        asked.refusal(sql)
        assert asked.answer(sql).refusal
        assert list(asked.answer("SELECT count(*) FROM t").rows) == [(2,)]


SLOW = {
    "duckdb": "SELECT count(*) FROM range(1000000000) a, range(1000000) b",
    "sqlite": "WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgres": "SELECT count(*) FROM generate_series(1, 100000000000) a",
    "mariadb": "SELECT sleep(9) FROM t",
}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_query_has_its_time(opened: Opened, engine: str) -> None:
    with opened(engine).asked(1) as asked:
        refusal = asked.answer(SLOW[engine]).refusal or ""
        assert "second" in refusal or "timeout" in refusal or "max_statement_time" in refusal


def test_a_duckdb_session_reads_no_other_file(opened: Opened) -> None:
    with opened("duckdb").asked(1) as asked:
        assert "disabled" in (asked.refusal("SELECT * FROM read_csv('/etc/passwd')") or "")


def test_a_source_that_is_files_cannot_be_asked(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="cannot be asked"):
        source("csv", tmp_path).asked(1)
