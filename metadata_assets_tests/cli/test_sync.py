from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from metadata_assets.catalog.store import load_catalog
from metadata_assets.cli import app
from metadata_assets.ledger.store import Ledger
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home

ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"
SALE = "CREATE TABLE sale (item_id INTEGER REFERENCES item (id), sold_at TEXT)"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sync", *arguments])


def sync() -> tuple[int, dict[str, Any]]:
    done = call("--json")
    assert done.stdout, done.stderr
    return done.exit_code, json.loads(done.stdout)


def statuses(report: dict[str, Any]) -> dict[str, str]:
    return {outcome["source"]: outcome["status"] for outcome in report["sources"]}


def test_a_sync_reports_what_it_did_and_the_next_finds_nothing_to_do(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM, SALE))
    code, report = sync()
    assert (code, statuses(report)) == (0, {"m.shop": "synced"})
    assert report["sources"][0]["training_records"]["counts"]["new"] == 4
    versions = home.lake_versions()
    code, report = sync()
    assert (code, statuses(report)) == (0, {"m.shop": "unchanged"})
    assert home.lake_versions() == versions


def test_an_unknown_source_is_an_error_that_names_the_known_ones(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    done = call("m.shpo")
    assert done.exit_code == 1
    assert "no active source is named m.shpo. Active sources: m.shop." in done.stderr


def test_a_failed_source_shows_on_standard_error_and_in_the_exit_code(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM), home.sqlite("crm", ITEM))
    (home.path / "crm.sqlite").unlink()
    done = home.run("metadata-assets", "sync")
    assert done.returncode == 1
    assert "m.shop" in done.stdout
    (line,) = [line for line in done.stderr.splitlines() if line.startswith(" m.crm")]
    assert "crm.sqlite" in line


@pytest.mark.usefixtures("home")
def test_naming_sources_and_all_is_a_wrong_call() -> None:
    assert call("m.shop", "--all").exit_code == 2


def settled_state(home: Home) -> dict[str, pa.Table]:
    """What a sync leaves, without the times and ids that differ from one sync to the next."""
    catalog = load_catalog(home.lake, "m.shop")
    records = home.lake.read(RECORDS, "m.shop")
    return {
        "tables": catalog.tables,
        "columns": catalog.columns,
        "records": records.drop_columns(["source_version", "last_sync_attempt", "snapshot_id"]),
    }


TABLES = [f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, name TEXT)" for n in range(60)]
EDITS = [f"ALTER TABLE t{n} ADD COLUMN age INTEGER" for n in range(0, 60, 2)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    """The state after two syncs that nobody killed."""
    home = Home(tmp_path_factory.mktemp("undisturbed"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("METADATA_ASSETS_HOME", str(home.path))
        monkeypatch.delenv("DAGSTER_HOME", raising=False)
        monkeypatch.chdir(home.path)
        home.drop("shop.yaml", home.sqlite("shop", *TABLES))
        assert home.sync().succeeded
        home.sqlite("shop", *EDITS)
        assert home.sync().succeeded
    return settled_state(home)


@pytest.mark.parametrize("seconds_after_start", [0.05, 0.5, 1.2])
def test_a_sync_killed_anywhere_and_run_again_ends_like_an_undisturbed_one(
    undisturbed: dict[str, pa.Table], home: Home, seconds_after_start: float
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", *TABLES))
    assert home.sync().succeeded
    home.sqlite("shop", *EDITS)
    killed = subprocess.Popen(
        [str(Path(sys.executable).parent / "metadata-assets"), "sync"],
        cwd=home.path,
        env=home.command_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with Ledger.open(home.settings.ledger_url) as ledger:
        deadline = time.monotonic() + 180
        before = len(ledger.runs("m.shop"))
        while len(ledger.runs("m.shop")) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(seconds_after_start)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait(timeout=10)
        assert home.sync().succeeded
        assert not ledger.runs("m.shop", status="running")

    state = settled_state(home)
    for part, expected in undisturbed.items():
        assert state[part].equals(expected), part
