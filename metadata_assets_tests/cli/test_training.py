from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from typer.testing import CliRunner

from metadata_assets.cli import app
from metadata_assets.control.sources import open_row, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.ledger.store import Ledger
from metadata_assets.sources.extract import extract_source
from metadata_assets.training.subject import declared_subject
from metadata_assets.training.sync import sync_records
from metadata_assets_tests.home import Home

ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"
SALE = "CREATE TABLE sale (item_id INTEGER REFERENCES item (id), sold_at TEXT)"


def follow(home: Home) -> None:
    """Sync the training records without Dagster: the commands here need no run of it."""
    now = datetime.now(timezone.utc)
    ControlTable(home.lake).ingest(home.settings.drops_path, now=now, user="me")
    with Ledger.open(home.settings.ledger_url) as ledger:
        for row in select_sources(ControlTable(home.lake).rows()):
            source = open_row(row, home.path)
            found = extract_source(source, home.lake, ledger, now=now)
            subject = declared_subject(
                home.lake,
                row.key,
                found.catalog,
                dialect=source.dialect,
                catalog_version=found.data_version,
            )
            sync_records(home.lake, subject, run_id="run", now=datetime.now(timezone.utc))


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["training", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def read(*arguments: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run(*arguments, "--json"))
    return rows


@pytest.fixture
def shop(home: Home) -> Home:
    home.drop("shop.yaml", home.sqlite("shop", ITEM, SALE), home.sqlite("crm", ITEM))
    follow(home)
    return home


def record_id(kind: str, source_id: str, source: str = "m.shop") -> str:
    (found,) = (
        row
        for row in read("records", "--source", source, "--kind", kind)
        if row["source_id"] == source_id
    )
    return str(found["record_id"])


@pytest.mark.usefixtures("shop")
def test_records_are_listed_as_far_as_selected_and_shown_whole() -> None:
    assert len(read("records")) == 6
    assert {row["source"] for row in read("records", "--table", "sale")} == {"m.shop"}
    ddl = record_id("ddl", "main.sale")
    assert "CREATE TABLE main.sale" in run("show", ddl[:13])
    assert "there is no record 'nothing'" in run("show", "nothing", code=1)


def test_a_rollback_takes_one_source_or_all_to_the_same_moment(shop: Home) -> None:
    before = read("records")
    shop.sqlite("shop", "ALTER TABLE sale ADD COLUMN total INT")
    shop.sqlite("crm", "ALTER TABLE item ADD COLUMN total INT")
    first = read("snapshots", "--source", "m.shop")[0]["snapshot_id"]
    follow(shop)
    told = read("rollback", first, "--all", "--dry-run")
    assert {row["source"] for row in told} == {"m.shop", "m.crm"}
    assert read("rollback", first, "--all") == told
    assert read("records") == before
    assert read("snapshots")[0]["mode"] == "rollback"
    wording = read("history", record_id("ddl", "main.sale"))
    assert [one["mode"] for one in wording] == ["rollback", "incremental", "incremental"]
    follow(shop)
    assert read("records") == before
    assert read("rollback", first) == []


def test_two_snapshots_of_one_source_are_compared(shop: Home) -> None:
    first = read("snapshots", "--source", "m.shop")[0]["snapshot_id"]
    other = read("snapshots", "--source", "m.crm")[0]["snapshot_id"]
    shop.sqlite("shop", "ALTER TABLE sale ADD COLUMN total INT")
    follow(shop)
    later = read("snapshots", "--source", "m.shop")[0]["snapshot_id"]
    assert {row["source_id"] for row in read("diff", first, later)} == {"main.sale"}
    assert "snapshots of two sources" in run("diff", first, other, code=1)
    assert "does not exist" in run("diff", first, "nothing", code=1)


@pytest.mark.usefixtures("shop")
def test_a_record_of_ones_own_is_added_checked_and_removed() -> None:
    question = ("--question", "How many?", "--kind", "sql")
    run("add", "m.shop", *question, "--content", "SELECT nothing FROM sale")
    (added,) = read("records", "--source", "m.shop", "--kind", "sql")
    assert (added["source_type"], added["sync_status"]) == ("manual", "outdated")
    run("add", "m.shop", *question, "--content", "SELECT count(*) FROM sale")
    (mended,) = read("records", "--source", "m.shop", "--kind", "sql")
    assert (mended["record_id"], mended["sync_status"]) == (added["record_id"], "current")
    run("remove", added["record_id"])
    (removed,) = read("records", "--source", "m.shop", "--kind", "sql")
    assert removed["sync_status"] == "deleted"
    assert "no source is named m.none" in run(
        "add", "m.none", "--kind", "ddl", "--content", "x", code=1
    )
    run("add", "m.shop", "--kind", "ddl", code=2)


def test_an_edit_is_kept_then_dropped_or_accepted(shop: Home) -> None:
    text = record_id("documentation", "main.sale")
    derived = json.loads(run("show", text, "--json"))["content"]
    run("edit", text, "--content", "By hand.")
    follow(shop)
    assert json.loads(run("show", text, "--json"))["content"] == "By hand."
    run("drop", text)
    assert json.loads(run("show", text, "--json"))["content"] == derived
    run("edit", text, "--content", "By hand.")
    run("accept", text)
    assert json.loads(run("show", text, "--json"))["source_type"] == "manual"


@pytest.mark.usefixtures("shop")
def test_a_set_without_duplicates_needs_no_repair() -> None:
    assert read("dedupe", "--dry-run") == []
    assert "Nothing to change." in run("dedupe")
