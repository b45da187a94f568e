from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pytest

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.rows import CHANGES
from metadata_assets.diff.severity import Grading
from metadata_assets.diff.track import TrackedChanges, track_changes
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger

NOW = datetime(2026, 1, 5, 10, tzinfo=timezone.utc)


def catalog(**tables: str) -> Catalog:
    """A catalog of tables, each with its columns as `name type, name type`."""
    columns = [
        (table, ordinal, *column.split())
        for table, text in tables.items()
        for ordinal, column in enumerate(text.split(", "))
    ]
    return assemble(
        tables=pa.table(
            {
                "schema_name": ["main"] * len(tables),
                "table_name": list(tables),
                "object_type": ["table"] * len(tables),
            }
        ),
        columns=pa.table(
            {
                "schema_name": ["main"] * len(columns),
                "table_name": [column[0] for column in columns],
                "ordinal": [column[1] for column in columns],
                "column_name": [column[2] for column in columns],
                "native_type": [column[3] for column in columns],
                "nullable": [True] * len(columns),
            }
        ),
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield ledger


def track(lake: Lake, ledger: Ledger, now: Catalog) -> TrackedChanges:
    return track_changes(lake, ledger, "m.s", now, dialect="duckdb", grading=Grading(), now=NOW)


def codes(tracked: TrackedChanges) -> list[str]:
    return [change.code for change in tracked.changes]


def test_the_first_version_of_a_source_adds_its_tables(lake: Lake, ledger: Ledger) -> None:
    assert codes(track(lake, ledger, catalog(item="id INTEGER", sale="id INTEGER"))) == [
        "AD101",
        "AD101",
    ]
    assert ledger.latest_versions("m.s")["version"].to_pylist() == [1, 1]


def test_an_unchanged_catalog_appends_and_registers_nothing(lake: Lake, ledger: Ledger) -> None:
    track(lake, ledger, catalog(item="id INTEGER"))
    version = lake.version(CHANGES)
    assert track(lake, ledger, catalog(item="id INTEGER")).change_set_id is None
    assert lake.version(CHANGES) == version


def test_changes_are_appended_with_the_versions_they_lead_from_and_to(
    lake: Lake, ledger: Ledger
) -> None:
    track(lake, ledger, catalog(item="id INTEGER"))
    track(lake, ledger, catalog(item="id BIGINT"))
    row = lake.read(CHANGES, "m.s").to_pylist()[-1]
    assert (row["table_fqdn"], row["column_name"]) == ("main.item", "id")
    assert (row["before"], row["after"]) == ("INTEGER", "BIGINT")
    assert (row["from_version"], row["to_version"]) == (1, 2)


def test_going_back_and_forth_is_a_new_change_each_time(lake: Lake, ledger: Ledger) -> None:
    for kind in ("INTEGER", "BIGINT", "INTEGER", "BIGINT"):
        track(lake, ledger, catalog(item=f"id {kind}"))
    assert lake.read(CHANGES, "m.s")["code"].to_pylist()[0] == "AD101"
    assert lake.read(CHANGES, "m.s").num_rows == 4
    assert ledger.latest_versions("m.s")["version"].to_pylist() == [4]


def test_killed_before_registering_the_next_run_appends_nothing_twice(
    lake: Lake, ledger: Ledger, tmp_path: Path
) -> None:
    before = tmp_path / "before.db"
    track(lake, ledger, catalog(item="id INTEGER"))
    with Ledger.open(f"sqlite:///{before}") as restored:
        # A ledger that never heard of the changes the lake already holds.
        again = track(lake, restored, catalog(item="id INTEGER"))
        assert codes(again) == ["AD101"]
        assert restored.latest_versions("m.s")["version"].to_pylist() == [1]
    assert lake.read(CHANGES, "m.s").num_rows == 1


def test_reordering_columns_is_a_change_but_no_new_version(lake: Lake, ledger: Ledger) -> None:
    track(lake, ledger, catalog(item="id INTEGER, name VARCHAR"))
    assert codes(track(lake, ledger, catalog(item="name VARCHAR, id INTEGER"))) == ["BC109"]
    assert ledger.latest_versions("m.s")["version"].to_pylist() == [1]
    assert codes(track(lake, ledger, catalog(item="name VARCHAR, id INTEGER"))) == []


def test_the_same_reordering_done_again_later_is_told_again(lake: Lake, ledger: Ledger) -> None:
    for columns in ("id INTEGER, name VARCHAR", "name VARCHAR, id INTEGER") * 2:
        track(lake, ledger, catalog(item=columns))
    assert lake.read(CHANGES, "m.s")["code"].to_pylist().count("BC109") == 3
