from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.control.drift import Round, Watch, find_drift
from metadata_assets.control.model import ControlRow
from metadata_assets.control.sources import open_row
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.sources.extract import extract_source
from metadata_assets.sources.probe import FOLLOWING_STAGES
from metadata_assets_tests.sources.databases import sqlite_file

NOW = datetime(2026, 1, 5, 10, tzinfo=timezone.utc)


def row(source_id: str, source_type: str, **config: Any) -> ControlRow:
    return ControlRow(
        source_id=source_id, module_name="m", source_type=source_type, source_config=config
    )


@dataclass
class Estate:
    """Some SQLite databases, extracted, and a watch over them."""

    folder: Path
    lake: Lake
    ledger: Ledger
    rows: dict[str, ControlRow] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)

    def database(self, name: str, **config: Any) -> None:
        self.change(name, "CREATE TABLE first (id)")
        self.rows[name] = row(name, "sqlite", path=f"{name}.sqlite", **config)
        self.extract(name)

    def change(self, name: str, statement: str) -> None:
        sqlite_file(self.folder / f"{name}.sqlite", statement)

    def extract(self, name: str, now: datetime = NOW) -> None:
        source = open_row(self.rows[name], self.folder)
        version = extract_source(source, self.lake, self.ledger, now=now).data_version
        for stage in FOLLOWING_STAGES:
            self.ledger.update_position(source.key, stage, "batch", {"data_version": version})

    def ask(self, now: datetime = NOW, seconds: float = 30) -> Round:
        found = find_drift(
            self.rows.values(),
            self.folder,
            self.lake,
            self.ledger,
            Watch.parse(self.watch.to_text()),
            now=now,
            seconds=seconds,
        )
        self.watch = found.watch
        return found

    def reasons(self, now: datetime = NOW) -> Mapping[str, str]:
        return {drift.key: drift.reason for drift in self.ask(now).drifts}

    def open_errors(self) -> list[str]:
        return [error.schema_name for error in self.ledger.errors(status="open")]


@pytest.fixture
def estate(tmp_path: Path, lake: Lake) -> Iterator[Estate]:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield Estate(tmp_path, lake, ledger)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_each_change_is_told_once_also_when_it_is_taken_back(estate: Estate) -> None:
    for name in ("shop", "crm"):
        estate.database(name, max_shrink=0.9)
    assert (estate.reasons(), str(estate.ask())) == ({}, "2 unchanged")
    estate.change("shop", "CREATE TABLE second (id)")
    assert estate.reasons() == {"m.shop": "changed"}
    assert estate.reasons() == {}  # the extraction is under way
    estate.extract("shop", NOW + timedelta(minutes=1))
    assert estate.reasons() == {}
    estate.change("shop", "DROP TABLE second")
    assert estate.reasons() == {"m.shop": "changed"}
    estate.extract("shop", NOW + timedelta(minutes=2))
    estate.change("shop", "CREATE TABLE second (id)")
    assert estate.reasons() == {"m.shop": "changed"}


def test_an_old_catalog_is_told_of_though_nothing_changed(estate: Estate) -> None:
    estate.database("shop", ttl_seconds=60)
    late = NOW + timedelta(seconds=61)
    assert estate.reasons(late) == {"m.shop": "last read more than 60 seconds ago"}
    assert estate.reasons(late) == {}
    estate.extract("shop", late)
    assert estate.reasons(late) == {}


def test_a_source_that_cannot_be_read_is_on_record_once_until_it_can(estate: Estate) -> None:
    for name in ("shop", "crm"):
        estate.database(name)
    (estate.folder / "shop.sqlite").rename(estate.folder / "away")
    estate.change("crm", "CREATE TABLE second (id)")
    found = estate.ask()
    assert (found.failed, [drift.key for drift in found.drifts]) == (("m.shop",), ["m.crm"])
    assert str(found) == "1 changed, 1 could not be read (m.shop)"
    estate.ask()
    assert estate.open_errors() == ["m.shop"]
    (estate.folder / "away").rename(estate.folder / "shop.sqlite")
    assert estate.ask().failed == ()
    assert estate.open_errors() == []


def test_a_source_that_was_never_read_is_told_of_when_it_first_answers(estate: Estate) -> None:
    estate.rows["shop"] = row("shop", "sqlite", path="shop.sqlite")
    assert estate.ask().failed == ("m.shop",)
    estate.change("shop", "CREATE TABLE first (id)")
    assert estate.reasons() == {"m.shop": "not extracted yet"}
    assert estate.reasons() == {}


def test_silent_sources_hold_up_no_other(estate: Estate, silent_port: int) -> None:
    for number in range(40):
        estate.rows[f"silent{number}"] = row(
            f"silent{number}",
            "postgres",
            host="127.0.0.1",
            port=silent_port,
            user="me",
            sslmode="disable",
            connect_timeout=2,
        )
    estate.database("shop")
    started = time.monotonic()
    first = estate.ask(seconds=0.3)
    assert time.monotonic() - started < 2
    assert len(first.failed) == 16
    assert "m.shop" in first.waiting
    assert "did not answer within 0.3 seconds" in estate.ledger.errors()[0].error_message
    estate.change("shop", "CREATE TABLE second (id)")
    assert estate.ask(seconds=0.3).waiting  # silent ones that were not asked before came first
    assert estate.ask(seconds=0.3).drifts[0].key == "m.shop"
