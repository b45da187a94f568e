from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from metadata_assets.training.health import MEASURED, Health, Thresholds, duplicates, health
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.training.catalogs import catalog, column, table, view, wide
from metadata_assets_tests.training.conftest import NOON, Training


def stored(*rows: dict[str, Any]) -> pa.Table:
    usual = dict.fromkeys(RECORDS.stored_schema.names) | {
        "source": "demo.shop", "kind": "ddl", "source_type": "catalog", "chunk": 1,
        "sync_status": "current",
    }  # fmt: skip
    numbered = [
        usual
        | {
            "record_id": f"r{n}",
            "source_id": f"t{n}",
            "content_hash": f"h{n}",
            "derived_hash": f"h{n}",
        }
        | row
        for n, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(numbered, schema=RECORDS.stored_schema)


def assess(
    rows: pa.Table,
    synced: Mapping[str, datetime] | None = None,
    *,
    lag: int = 0,
    limits: Thresholds = Thresholds(),  # noqa: B008 - frozen
) -> Health:
    when = {"demo.shop": NOON} if synced is None else synced
    lags = {"demo.shop": lag}
    return health(rows, last_synced_at=when, lag=lags, now=NOON, thresholds=limits)


def test_no_records_and_no_sources_are_healthy() -> None:
    found = assess(stored(), {})
    assert (found.sources, found.warnings, found.live, found.oldest_sync) == ((), (), 0, None)


def test_a_source_without_records_is_healthy_and_divides_by_nothing() -> None:
    (found,) = assess(stored()).sources
    assert (found.live, found.outdated_share, found.warnings) == (0, 0.0, ())


def test_records_are_counted_by_kind_and_status() -> None:
    found = assess(
        stored({}, {}, {"sync_status": "outdated"}, {"kind": "sql"}, {"source": "demo.crm"}),
        {"demo.shop": NOON, "demo.crm": NOON},
    )
    crm, shop = found.sources
    assert crm.records == {("ddl", "current"): 1}
    assert shop.records == {("ddl", "current"): 2, ("ddl", "outdated"): 1, ("sql", "current"): 1}
    assert (found.live, found.outdated) == (5, 1)


def test_deleted_records_count_for_nothing() -> None:
    (found,) = assess(stored({}, *[{"sync_status": "deleted"}] * 20)).sources
    assert (found.live, found.deleted, found.warnings) == (1, 20, ())


def test_more_than_ten_outdated_records_are_a_warning() -> None:
    assert assess(stored(*[{"sync_status": "outdated"}] * 10)).warnings == ()
    assert assess(stored(*[{"sync_status": "outdated"}] * 11)).warnings == (
        "demo.shop: 11 records are outdated",
    )


def test_a_sync_more_than_seven_days_ago_is_a_warning() -> None:
    week = timedelta(days=7)
    assert assess(stored({}), {"demo.shop": NOON - week}).warnings == ()
    assert assess(stored({}), {"demo.shop": NOON - week - timedelta(days=1)}).warnings == (
        "demo.shop: its last sync was 8 days ago",
    )


def test_records_of_a_source_that_was_never_synced_are_a_warning() -> None:
    assert assess(stored({}), {}).warnings == ("demo.shop: it was never synced",)


def test_the_oldest_sync_is_the_one_that_waits_longest() -> None:
    earlier = NOON - timedelta(days=1)
    assert assess(stored(), {"a.a": NOON, "a.b": earlier}).oldest_sync == earlier


def test_a_synced_source_has_no_duplicates_whatever_its_shape(training: Training) -> None:
    twin = [view("v", "SELECT 1", column("id"), schema=schema) for schema in ("one", "two")]
    training.sync(catalog(wide("facts", 90), wide("more", 90), *twin))
    assert duplicates(training.rows).num_rows == 0


def test_two_live_records_of_one_part_are_duplicates() -> None:
    (found,) = duplicates(stored({"source_id": "t"}, {"source_id": "t"})).to_pylist()
    assert found["record_ids"] == ["r0", "r1"]
    assert found["reason"] == "the same part of the same object"


def test_two_live_records_with_the_same_content_are_duplicates() -> None:
    (found,) = duplicates(
        stored({"content_hash": "h"}, {"content_hash": "h", "source_type": "manual"})
    ).to_pylist()
    assert found["record_ids"] == ["r0", "r1"]
    assert found["reason"] == "the same content"


def test_chunks_and_deleted_records_are_no_duplicates() -> None:
    chunks = stored({"source_id": "t", "chunk": 1}, {"source_id": "t", "chunk": 2})
    assert duplicates(chunks).num_rows == 0
    deleted = stored({"content_hash": "h"}, {"content_hash": "h", "sync_status": "deleted"})
    assert duplicates(deleted).num_rows == 0


def test_health_reads_what_the_lake_returns(training: Training) -> None:
    training.sync(catalog(table("t", column("id"))))
    found = assess(training.lake.read_all(RECORDS, columns=("source", *MEASURED)))
    assert found.live == 2
    assert found.warnings == ()


def test_hand_edits_are_counted_as_drift() -> None:
    edited = {"derived_hash": "other"}
    rows = stored(
        edited, {}, edited | {"sync_status": "deleted"}, edited | {"source_type": "manual"}
    )
    (found,) = assess(rows).sources
    assert (found.edited, found.warnings) == (1, ())


def test_every_limit_can_be_set() -> None:
    rows = stored({"sync_status": "outdated"}, {"derived_hash": "other"}, {}, {})
    assert assess(rows, lag=3).warnings == ()
    limits = Thresholds(max_outdated_share=0.2, max_edited=0, max_age=timedelta(hours=1), max_lag=2)
    found = assess(rows, {"demo.shop": NOON - timedelta(days=2)}, lag=3, limits=limits)
    assert found.warnings == (
        "demo.shop: 25% of its records are outdated",
        "demo.shop: 1 records differ by hand from what the catalog said",
        "demo.shop: its last sync was 2 days ago",
        "demo.shop: 3 entries of its index are not in step",
    )
    assert (found.outdated_share, found.edited, found.lag) == (0.25, 1, 3)
