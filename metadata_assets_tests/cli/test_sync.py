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

from metadata_assets.catalog.store import load_catalog
from metadata_assets.ledger.store import Ledger
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home

ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"
SALE = "CREATE TABLE sale (item_id INTEGER REFERENCES item (id), sold_at TEXT)"


def sync(home: Home, *arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    done = home.run("metadata-assets", "sync", "--json", *arguments, **environment)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def statuses(report: dict[str, Any]) -> dict[str, str]:
    return {outcome["source"]: outcome["status"] for outcome in report["sources"]}


def test_a_sync_reports_what_it_did_and_the_next_finds_nothing_to_do(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM, SALE))
    code, report = sync(home)
    assert (code, statuses(report)) == (0, {"m.shop": "synced"})
    assert report["sources"][0]["training_records"]["counts"]["new"] == 4
    versions = home.lake_versions()
    code, report = sync(home)
    assert (code, statuses(report)) == (0, {"m.shop": "unchanged"})
    assert home.lake_versions() == versions


def test_an_unknown_source_is_an_error_that_names_the_known_ones(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    done = home.run("metadata-assets", "sync", "m.shpo")
    assert done.returncode == 1
    assert "no active source is named m.shpo. Active sources: m.shop." in done.stderr


def test_a_failed_source_shows_on_standard_error_and_in_the_exit_code(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM), home.sqlite("crm", ITEM))
    (home.path / "crm.sqlite").unlink()
    done = home.run("metadata-assets", "sync")
    assert done.returncode == 1
    assert "m.shop" in done.stdout
    (line,) = [line for line in done.stderr.splitlines() if line.startswith(" m.crm")]
    assert "crm.sqlite" in line


def test_naming_sources_and_all_is_a_wrong_call(home: Home) -> None:
    done = home.run("metadata-assets", "sync", "m.shop", "--all")
    assert done.returncode == 2


def settled_state(home: Home) -> dict[str, pa.Table]:
    """What a sync leaves, without the times and ids that differ from one sync to the next."""
    catalog = load_catalog(home.lake, "m.shop")
    records = home.lake.read(RECORDS, "m.shop")
    return {
        "tables": catalog.tables,
        "columns": catalog.columns,
        "records": records.drop_columns(["source_version", "last_sync_attempt", "snapshot_id"]),
    }


@pytest.mark.parametrize("seconds_after_start", [0.05, 0.5, 1.2])
def test_a_sync_killed_anywhere_and_run_again_ends_like_an_undisturbed_one(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds_after_start: float
) -> None:
    tables = [f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, name TEXT)" for n in range(60)]
    edits = [f"ALTER TABLE t{n} ADD COLUMN age INTEGER" for n in range(0, 60, 2)]
    home.drop("shop.yaml", home.sqlite("shop", *tables))
    assert home.sync().succeeded
    home.sqlite("shop", *edits)
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

    undisturbed = Home(tmp_path / "undisturbed")
    monkeypatch.setenv("METADATA_ASSETS_HOME", str(undisturbed.path))
    undisturbed.drop("shop.yaml", undisturbed.sqlite("shop", *tables))
    assert undisturbed.sync().succeeded
    undisturbed.sqlite("shop", *edits)
    assert undisturbed.sync().succeeded
    mine, theirs = settled_state(home), settled_state(undisturbed)
    for part in mine:
        assert mine[part].equals(theirs[part]), part
