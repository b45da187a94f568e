from __future__ import annotations

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from metadata_assets.control.model import ControlRow
from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.outcome import TaskOutcome
from metadata_assets_tests.home import Home
from metadata_assets_tests.modules.tasks import run
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase

SLOW = {
    "postgres": "SELECT pg_sleep(60)",
    "mariadb": "SELECT SLEEP(60)",
    "duckdb": "SELECT sum(sin(a.range * b.range)) FROM range(1000000) a, range(1000000) b",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT count(*) FROM n",
}
"""Statements that take longer than any test."""


@dataclass(frozen=True)
class Database:
    """A database of a test, and the source that declares it."""

    home: Home
    source_type: str
    source_config: dict[str, Any]

    def task(self, name: str, text: str, order: int = 1, **more: Any) -> ControlRow:
        sql_task = {"sql_query": text, **more.pop("sql_task", {})}
        return ControlRow(
            module_name="m",
            source_id=name,
            source_type=self.source_type,
            execution_order=order,
            source_config=self.source_config,
            transformation_config={"task_type": "sql_query", "sql_task": sql_task, **more},
        )

    def run(self, text: str, **more: Any) -> TaskOutcome:
        (outcome,) = run(self.home, self.task("a", text, **more)).outcomes
        return outcome


@pytest.fixture(params=["postgres", "mariadb", "duckdb", "sqlite"])
def database(request: pytest.FixtureRequest, home: Home) -> Iterator[Database]:
    """An empty database on each engine."""
    engine = request.param
    if engine == "postgres":
        yield Database(home, engine, {"url": request.getfixturevalue("postgres").create_database()})
    elif engine == "mariadb":
        mysql: MySQLDatabase = request.getfixturevalue("mariadb").create_database()
        config = {"unix_socket": mysql.unix_socket, "user": "root", "database": mysql.name}
        yield Database(home, engine, config)
    elif engine == "duckdb":
        duckdb.connect(str(home.path / "d.duckdb")).close()
        yield Database(home, engine, {"path": "d.duckdb"})
    else:
        home.sqlite("d")
        yield Database(home, engine, {"path": "d.sqlite"})


def test_statements_write_with_bound_parameters_and_the_last_result_is_kept(
    database: Database,
) -> None:
    values = {"name": "O'Hara; DROP TABLE t", "n": 7, "none": None, "share": 0.5}
    outcome = database.run(
        "CREATE TABLE t (name VARCHAR(50), n INTEGER, x INTEGER, share DOUBLE PRECISION);"
        "INSERT INTO t VALUES (:name, :n, :none, :share), ('100%', 1, 2, 3);"
        "SELECT name, n, x FROM t WHERE n >= :n OR name = '100%' ORDER BY n DESC",
        sql_task={"parameters": values},
    )
    assert outcome.message == ""
    assert outcome.result.rows == 2
    assert outcome.result.columns == ("name", "n", "x")
    assert outcome.result.preview == (("O'Hara; DROP TABLE t", "7", None), ("100%", "1", "2"))


def test_changed_rows_are_counted_and_of_many_only_the_first_are_kept(database: Database) -> None:
    database.run("CREATE TABLE t (n INTEGER)")
    rows = ", ".join(f"({n})" for n in range(25))
    assert database.run(f"INSERT INTO t VALUES {rows}").result.rows == 25
    assert database.run("UPDATE t SET n = n + 1 WHERE n < 10").result.rows == 10
    found = database.run("SELECT * FROM t").result
    assert (found.rows, len(found.preview)) == (25, 10)
    without = database.run("SELECT * FROM t", sql_task={"preview_rows": 0}).result
    assert (without.rows, without.columns, without.preview) == (25, (), ())


def test_a_statement_that_fails_leaves_nothing_of_those_before_it(database: Database) -> None:
    database.run("CREATE TABLE t (n INTEGER)")
    outcome = database.run("INSERT INTO t VALUES (1); SELECT nosuch FROM t")
    assert outcome.status == "failed"
    assert outcome.message.startswith("m.a: its SQL failed: ")
    assert "nosuch" in outcome.message
    assert database.run("SELECT * FROM t").result.rows == 0


def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    started = time.monotonic()
    outcome = database.run(SLOW[database.source_type], timeout_seconds=1, retries=2)
    assert time.monotonic() - started < 15
    assert outcome.message == "m.a: its SQL took too long, and was ended"
    assert outcome.attempts == 1


def test_equal_orders_write_into_the_same_database_and_lose_nothing(database: Database) -> None:
    database.run("CREATE TABLE t (n INTEGER)")
    inserts = [database.task(f"t{n}", f"INSERT INTO t VALUES ({n})") for n in range(6)]
    reads = [database.task(f"r{n}", "SELECT * FROM t") for n in range(2)]
    done = run(database.home, *inserts, *reads)
    assert [outcome.message for outcome in done.outcomes if outcome.message] == []
    assert database.run("SELECT * FROM t").result.rows == 6


def test_the_server_knows_the_limit_in_case_this_process_dies(
    home: Home, postgres: PostgresServer
) -> None:
    database = Database(home, "postgres", {"url": postgres.create_database()})
    limit = "SELECT setting::int BETWEEN 1 AND 9000 FROM pg_settings WHERE name = :name"
    parameters = {"parameters": {"name": "statement_timeout"}}
    found = database.run(limit, timeout_seconds=9, sql_task=parameters)
    assert found.result.preview == (("True",),)


def test_a_lock_is_waited_for(home: Home) -> None:
    home.sqlite("d", "CREATE TABLE t (n INTEGER)")
    other = sqlite3.connect(home.path / "d.sqlite", check_same_thread=False, isolation_level=None)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.5, lambda: other.execute("COMMIT"))
        release.start()
        outcome = Database(home, "sqlite", {"path": "d.sqlite"}).run("INSERT INTO t VALUES (1)")
        release.join()
    assert outcome.status == "succeeded"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../outside.sql", "its file ../outside.sql lies outside the home folder"),
        ("/etc/passwd", "lies outside the home folder"),
        ("link.sql", "lies outside the home folder"),
        ("nosuch.sql", "cannot be read: No such file or directory"),
        ("", "sql_file_path: String should have at least 1 character"),
    ],
)
def test_a_file_of_statements_lies_in_the_home(home: Home, path: str, said: str) -> None:
    (home.path.parent / "outside.sql").write_text("SELECT 1")
    (home.path / "link.sql").symlink_to(home.path.parent / "outside.sql")
    assert said in sql_file(home, path)


def test_a_file_of_statements_is_run(home: Home) -> None:
    (home.path / "jobs").mkdir()
    text = "\ufeff-- two of them\nCREATE TABLE t (n);\nINSERT INTO t VALUES (:n), (2);\n"
    (home.path / "jobs" / "fill.sql").write_text(text, encoding="utf-8")
    assert sql_file(home, "jobs/fill.sql", n=1) == "2 rows"


def sql_file(home: Home, path: str, **parameters: Any) -> str:
    """What a `sql_file` task says: its error, or the number of rows."""
    config = home.sqlite("d")
    sql_task = {"sql_file_path": path, "parameters": parameters}
    row = ControlRow(
        module_name="m",
        source_id="a",
        source_type="sqlite",
        source_config=config["source_config"],
        transformation_config={"task_type": "sql_file", "sql_task": sql_task},
    )
    try:
        (outcome,) = run(home, row).outcomes
    except ConfigurationError as refused:
        return str(refused)
    return outcome.message or f"{outcome.result.rows} rows"


def test_a_source_that_cannot_run_sql_says_so(home: Home) -> None:
    outcome = Database(home, "sql", {}).run("SELECT 1")
    assert "SQL cannot be run on a source of type `sql` from here" in outcome.message
    assert "deploy the module" in outcome.message


def test_a_server_that_never_answers_does_not_hold_up_a_module(home: Home) -> None:
    started = time.monotonic()
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        config = {"url": f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d"}
        outcome = Database(home, "postgres", config).run("SELECT 1", timeout_seconds=0.5)
    assert "it took too long" in outcome.message
    assert time.monotonic() - started < 9


def test_no_secret_shows_in_an_error(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2")
    config = {"url": "postgresql://u:${SHOP_PASSWORD}@127.0.0.1:1/d", "connect_timeout": 2}
    outcome = Database(home, "postgres", config).run("SELECT 1")
    assert outcome.status == "failed"
    assert "hunter2" not in outcome.message
