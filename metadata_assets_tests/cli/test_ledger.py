from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from metadata_assets.cli import app
from metadata_assets.errors import SourceUnavailable
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import DeadLetter
from metadata_assets_tests.home import Home


def ledger_of(home: Home) -> Ledger:
    return Ledger.open(home.settings.ledger_url)


def run(*command: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(app, ["ledger", *command])
    assert done.exit_code == exit_code, done.output
    return done.output


def run_json(*command: str) -> Any:
    return json.loads(run(*command, "--json"))


def test_the_ledger_tells_what_ran_and_what_failed(home: Home) -> None:
    home.drop("a.yaml", home.sqlite("shop", "CREATE TABLE orders (id INTEGER PRIMARY KEY)"))
    home.sync()
    with ledger_of(home) as ledger:
        ledger.log_exception("m.shop", SourceUnavailable("down [now]"))
    assert run_json("stats")["sync_runs"]["completed_runs"] >= 4
    runs = run_json("runs", "-s", "m.shop")
    assert {one["stage"] for one in runs} >= {"catalog_extract"}
    assert all(f"/runs/{one['dagster_run_id']}" in one["dagster_run_url"] for one in runs)
    assert "down [now]" in run("errors")
    assert run_json("errors", "--status", "resolved") == []
    assert "catalog_extract" in run("positions", "--source", "m.shop")
    text = home.run("metadata-assets", "metrics").stdout
    assert (
        'metadata_assets_errors{error_type="connection",source="m.shop",status="open"} 1.0' in text
    )
    assert "metadata_assets_position_age_seconds{" in text


def test_a_drop_with_a_problem_waits_as_a_letter_until_it_is_mended(home: Home) -> None:
    source = home.sqlite("shop", "CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    path = home.drop("a.yaml", {**source, "source_config": {"pth": "x", "password": "S3cret"}})
    home.sync()
    home.sync()
    (letter,) = run_json("dlq", "list")
    assert (letter["source_record_id"], letter["error_count"]) == ("a.yaml", 1)
    shown = run("dlq", "show", letter["id"])
    assert "source_id: shop" in json.loads(shown)["record_data"]["text"]
    assert "S3cret" not in shown
    assert "failed" in run("dlq", "replay", exit_code=1)
    path.unlink()
    home.drop("a.yaml", source)
    assert "resolved control a.yaml" in run("dlq", "replay")
    assert [one["status"] for one in run_json("dlq", "list")] == ["resolved"]


def test_what_a_source_would_not_show_waits_as_a_letter_until_it_does(home: Home) -> None:
    folder = home.path / "files"
    folder.mkdir()
    (folder / "good.csv").write_text("id,name\n1,a\n")
    (folder / "bad.parquet").write_text("this is no parquet")
    home.drop(
        "a.yaml",
        {"source_id": "f", "source_type": "files", "source_config": {"path": str(folder)}},
    )
    home.sync()
    (letter,) = run_json("dlq", "list", "--source", "m.f")
    assert letter["source_record_id"] == "main.bad"
    assert letter["last_error_message"]
    (folder / "bad.parquet").unlink()
    home.sync()
    (letter,) = run_json("dlq", "list", "--source", "m.f")
    assert (letter["status"], letter["resolution_method"]) == ("resolved", "reprocessed")


def take(letter: DeadLetter) -> None:
    """A handler of someone's own."""
    if not letter.record_data["valid"]:
        raise ValueError("still not valid")


def test_a_handler_of_ones_own_takes_any_letter(home: Home) -> None:
    with ledger_of(home) as ledger:
        good, bad, odd = (
            ledger.add_to_dead_letter_queue("shop", "insert", {"valid": valid, "n": n})
            for n, valid in enumerate((True, False, True))
        )
    path = f"{__name__}:take"
    assert "no use for it" in run("dlq", "replay", str(odd.id), exit_code=1)
    assert "resolved" in run("dlq", "replay", str(good.id), "--handler", path)
    assert "still not valid" in run("dlq", "replay", "--handler", path, exit_code=1)
    run("dlq", "discard", str(bad.id), "--note", "a test")
    assert "cannot be imported" in run("dlq", "replay", "--handler", "nowhere:x", exit_code=2)
    with ledger_of(home) as ledger:
        assert ledger.dead_letter(bad.id).resolution_notes == "a test"


@pytest.mark.usefixtures("home")
def test_cleanup_and_import_say_what_they_did(tmp_path: Path) -> None:
    other = tmp_path / "older.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute(
            "CREATE TABLE sync_markers (id text, schema_name text, table_name text,"
            " marker_type text, position_data json, last_updated datetime, sync_run_id text)"
        )
        connection.execute(
            "INSERT INTO sync_markers VALUES ('9b2f7c1e-0000-4000-8000-000000000001', 'shop', NULL,"
            """ 'stream', '{"lsn": "0/1"}', '2024-01-01 00:00:00', NULL)"""
        )
    assert "sync_markers: 1 imported" in run("import", f"sqlite:///{other}")
    assert run_json("import", f"sqlite:///{other}") == {"sync_markers": 0}
    assert run_json("cleanup")["sync_runs"] == 0
    assert "revision" in run("upgrade")
    assert run_json("recover") == []


def test_watching_shows_it_anew_until_it_is_interrupted(home: Home) -> None:
    ledger_of(home).close()
    command = [str(Path(sys.executable).parent / "metadata-assets"), "ledger", "stats", "--watch"]
    ours, terminal = os.openpty()
    watching = subprocess.Popen(
        command, env=home.command_environment(), stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    try:
        shown = b""
        while shown.count(b"total runs") < 2:
            shown += os.read(ours, 65536)  # OSError when the command has ended
        os.kill(watching.pid, signal.SIGINT)
        assert watching.wait(timeout=30) == 0
    finally:
        watching.kill()
        os.close(ours)
