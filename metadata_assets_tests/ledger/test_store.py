from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from metadata_assets.errors import ConfigurationError, PermanentError, TransientError
from metadata_assets.ledger.model import sync_markers, sync_runs
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.servers import PostgresServer


@pytest.mark.parametrize(
    ("url", "schema", "what"),
    [
        ("not a url with S3cret", None, "cannot be parsed"),
        ("mysql://me:S3cret@db/ledger", None, "does not run on mysql"),
        ("sqlite://", None, "a ledger in memory"),
        ("sqlite:///x.db", "my-schema", "SQLite has no schemas"),
    ],
)
def test_a_url_that_will_not_do_is_refused_without_repeating_it(
    url: str, schema: str | None, what: str
) -> None:
    with pytest.raises(ConfigurationError, match=what) as caught:
        Ledger.open(url, schema)
    assert "S3cret" not in str(caught.value)


def test_an_unreachable_server_is_named_without_its_password() -> None:
    with pytest.raises(TransientError) as caught:
        Ledger.open("postgres://me:S3cret@127.0.0.1:1/ledger?connect_timeout=2")
    assert "S3cret" not in str(caught.value)
    assert "me:***@127.0.0.1:1/ledger" in str(caught.value)


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are not the pages of a database, but they are long enough" * 100)
    with pytest.raises(PermanentError, match=r"notes\.txt: this is no ledger"):
        Ledger.open(f"sqlite:///{path}")
    assert path.read_text().startswith("these are not")


def test_the_folder_of_a_sqlite_ledger_is_made(tmp_path: Path) -> None:
    Ledger.open(f"sqlite:///{tmp_path / 'new' / 'home' / 'ledger.db'}").close()
    assert (tmp_path / "new" / "home" / "ledger.db").exists()


def test_sqlite_runs_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    with (
        Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger,
        ledger._database.reading() as connection,
    ):
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA busy_timeout")) == 60_000


def test_a_reader_is_not_blocked_by_a_writer_and_sees_the_last_commit(ledger: Ledger) -> None:
    ledger.update_position("demo.shop", None, "batch", {"at": 1})
    with ledger._database.writing() as connection:
        connection.execute(sync_markers.update().values(position_data={"at": 2}))
        assert ledger.position("demo.shop", None, "batch") == {"at": 1}
    assert ledger.position("demo.shop", None, "batch") == {"at": 2}


def test_writers_wait_for_one_another(ledger: Ledger) -> None:
    def write(thread: int) -> None:
        for n in range(20):
            ledger.update_position("demo.shop", f"t{thread}", "batch", {"n": n})

    threads = [threading.Thread(target=write, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [m.position_data for m in ledger.get_active_markers("demo.shop")] == [{"n": 19}] * 4


def test_a_failed_transaction_leaves_nothing(ledger: Ledger) -> None:
    run = ledger.start_sync_run("demo.shop", "batch")

    def change_and_break() -> None:
        with ledger._database.writing() as connection:
            connection.execute(sync_runs.update().values(stage="changed"))
            connection.execute(sync_runs.update().values(status="exploded"))

    with pytest.raises(IntegrityError):
        change_and_break()
    assert ledger.sync_run(run.id) == run


def test_an_unknown_run_cannot_be_referred_to(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError):
        ledger.update_position("demo.shop", None, "batch", {"at": 1}, sync_run_id=uuid4())


def test_a_time_without_its_zone_is_refused(ledger: Ledger) -> None:
    with (
        pytest.raises(StatementError, match="names no moment"),
        ledger._database.reading() as connection,
    ):
        connection.execute(
            select(sync_runs).where(sync_runs.c.started_at > datetime(2026, 1, 1))  # noqa: DTZ001
        )


def test_the_time_zone_of_the_session_does_not_matter(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    with Ledger.open(f"{url}&options=-c%20timezone%3DAsia/Kolkata") as there:
        run = there.start_sync_run("demo.shop", "batch")
    with Ledger.open(url) as here:
        assert here.sync_run(run.id) == run
    assert run.started_at.tzinfo is timezone.utc
    assert abs(datetime.now(timezone.utc) - run.started_at) < timedelta(minutes=1)


def test_close_leaves_no_connection(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    watcher = Ledger.open(url, "watcher")
    with Ledger.open(url) as ledger:
        ledger.runs()
    connections = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + 5
    with watcher._database.engine.connect() as connection:
        while connection.scalar(connections) and time.monotonic() < deadline:
            connection.rollback()
            time.sleep(0.02)
        assert connection.scalar(connections) == 0
    watcher.close()


def test_a_restart_of_the_server_costs_nothing(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    with Ledger.open(url) as ledger, Ledger.open(url, "other") as other:
        ledger.runs()
        with other._database.writing() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        assert ledger.runs() == []
