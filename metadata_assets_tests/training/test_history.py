from __future__ import annotations

from metadata_assets.lake import Lake
from metadata_assets.training.history import diff_records, record_history
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import Training

ORDERS = table("orders", column("id"))
WIDER = table("orders", column("id", "bigint"))
REFUNDS = table("refunds", column("id"))


def test_a_record_tells_all_it_ever_said_newest_first(training: Training, lake: Lake) -> None:
    first = training.sync(catalog(ORDERS))
    training.sync(catalog(ORDERS, REFUNDS))
    Training(lake, source="demo.other").sync(catalog(ORDERS))
    training.sync(catalog(WIDER, REFUNDS))
    training.sync(catalog(REFUNDS))
    training.rollback(first.snapshot_id)
    told = record_history(lake, training.source, training.record("public.orders")["record_id"])
    assert [(one.mode, one.sync_status, "bigint" in one.content) for one in told] == [
        ("rollback", "current", False),
        ("incremental", "deleted", True),
        ("incremental", "current", True),
        ("incremental", "current", False),
    ]
    assert told[-1].snapshot_id == first.snapshot_id
    assert [one.since for one in told] == sorted((one.since for one in told), reverse=True)


def test_an_unknown_record_has_no_history(training: Training, lake: Lake) -> None:
    training.sync(catalog(ORDERS))
    assert record_history(lake, training.source, "nobody") == []


def test_two_snapshots_differ_by_what_changed_in_between(training: Training, lake: Lake) -> None:
    earlier = training.sync(catalog(ORDERS, REFUNDS)).version
    later = training.sync(catalog(WIDER, table("claims", column("id")))).version
    found = diff_records(
        lake.read(RECORDS, training.source, version=earlier),
        lake.read(RECORDS, training.source, version=later),
    ).to_pylist()
    assert [(row["source_id"], row["change"]) for row in found if row["kind"] == "ddl"] == [
        ("public.claims", "new"),
        ("public.orders", "modified"),
        ("public.refunds", "deleted"),
    ]
    orders = found[2]
    assert "id integer" in orders["content_before"]
    assert "id bigint" in orders["content_after"]
