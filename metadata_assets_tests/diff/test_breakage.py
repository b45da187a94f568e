from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.severity import Grading
from metadata_assets.diff.track import track_changes
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.schema.dependents import BROKEN, Dependent
from metadata_assets_tests.diff.test_track import catalog

NOW = datetime(2026, 1, 5, 10, tzinfo=timezone.utc)
AMOUNT = "SELECT sum(amount) FROM sale"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield ledger


def asked(sql: str = AMOUNT) -> list[Dependent]:
    return [
        Dependent("golden_query", "total", "What is it worth?", sql=sql),
        Dependent("training_record", "ddl", "ddl", describes="main.sale", is_derived=True),
    ]


def broken(
    lake: Lake,
    ledger: Ledger,
    now: Catalog,
    dependents: Sequence[Dependent] | None = None,
    grading: Grading | None = None,
) -> list[dict[str, Any]]:
    """What is broken after a sync."""
    track_changes(
        lake,
        ledger,
        "m.s",
        now,
        dialect="duckdb",
        grading=grading or Grading(),
        now=NOW,
        dependents_of=partial(found, dependents if dependents is not None else asked()),
    )
    rows: list[dict[str, Any]] = lake.read(BROKEN, "m.s").to_pylist()
    return rows


def found(dependents: Sequence[Dependent], *_catalogs: Catalog) -> Sequence[Dependent]:
    return dependents


WHOLE = catalog(sale="id INTEGER, amount INTEGER, note VARCHAR")
WITHOUT = catalog(sale="id INTEGER, note VARCHAR")
TEXT = catalog(sale="id INTEGER, amount VARCHAR, note VARCHAR")


def test_a_breaking_change_breaks_what_rests_on_it(lake: Lake, ledger: Ledger) -> None:
    assert broken(lake, ledger, WHOLE) == []
    (row,) = broken(lake, ledger, WITHOUT)
    assert (row["dependent_kind"], row["dependent_name"]) == ("golden_query", "total")
    assert row["reason"] == "broken: DS103 column dropped: main.sale.amount"


@pytest.mark.parametrize("after", [WITHOUT, TEXT])
def test_what_is_changed_back_is_mended(lake: Lake, ledger: Ledger, after: Catalog) -> None:
    broken(lake, ledger, WHOLE)
    assert len(broken(lake, ledger, after)) == 1
    assert len(broken(lake, ledger, after)) == 1
    assert broken(lake, ledger, WHOLE) == []


def test_what_says_something_else_now_is_mended(lake: Lake, ledger: Ledger) -> None:
    broken(lake, ledger, WHOLE)
    broken(lake, ledger, WITHOUT)
    assert broken(lake, ledger, WITHOUT, asked("SELECT count(*) FROM sale")) == []


def test_what_is_no_longer_there_is_no_longer_broken(lake: Lake, ledger: Ledger) -> None:
    broken(lake, ledger, WHOLE)
    broken(lake, ledger, WITHOUT)
    assert broken(lake, ledger, WITHOUT, []) == []


def test_the_grading_of_the_source_decides_what_breaks(lake: Lake, ledger: Ledger) -> None:
    lenient = Grading(overrides={"DS103": "risky"})
    broken(lake, ledger, WHOLE)
    assert broken(lake, ledger, WITHOUT, grading=lenient) == []
