from __future__ import annotations

from datetime import timedelta
from typing import Any

from metadata_assets.training.dedupe import plan_dedupe
from metadata_assets.training.health import duplicates
from metadata_assets_tests.training.catalogs import catalog, column, table, wide
from metadata_assets_tests.training.conftest import NOON, Training


def copy_of(row: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return row | facts


def dedupe(training: Training) -> None:
    training.carry_out(lambda rows, stamp: plan_dedupe(rows, stamp=stamp))


def test_a_synced_source_has_nothing_to_repair(training: Training) -> None:
    training.sync(catalog(wide("facts", 90), table("orders", column("id"))))
    versions = training.versions
    dedupe(training)
    assert training.versions == versions


def test_the_newest_by_time_stays_whatever_the_ids(training: Training) -> None:
    training.sync(catalog(table("orders", column("id"))))
    ddl = training.record("public.orders")
    older = copy_of(ddl, record_id="zzz", last_sync_attempt=NOON, content="old", content_hash="o")
    newer = copy_of(
        ddl, record_id="000", last_sync_attempt=training.now + timedelta(days=1),
        content="new", content_hash="n",
    )  # fmt: skip
    training.store([*training.records(), older, newer])
    dedupe(training)
    statuses = {row["record_id"]: row["sync_status"] for row in training.records(kind="ddl")}
    assert statuses == {"000": "current", "zzz": "deleted", ddl["record_id"]: "deleted"}
    assert training.records(record_id="zzz")[0]["status_reason"] == "a duplicate of 000"
    assert duplicates(training.rows).num_rows == 0


def test_chunks_never_collapse(training: Training) -> None:
    training.sync(catalog(wide("facts", 90)))
    imported = [
        copy_of(row, record_id=f"copy-{number}", source_id=f"import-{number}",
                source_type="manual", last_sync_attempt=NOON)
        for number, row in enumerate(training.records())
    ]  # fmt: skip
    training.store([*training.records(), *imported])
    assert duplicates(training.rows).num_rows == len(imported)
    dedupe(training)
    assert len(training.records(sync_status="current", kind="ddl")) == 5
    assert {row["source_type"] for row in training.records(sync_status="current")} == {"catalog"}
    assert duplicates(training.rows).num_rows == 0


def test_rows_that_share_an_id_become_one(training: Training) -> None:
    training.sync(catalog(table("orders", column("id"))))
    ddl = training.record("public.orders")
    training.store([*training.records(), copy_of(ddl, last_sync_attempt=NOON, content="old")])
    dedupe(training)
    (kept,) = training.records("public.orders", kind="ddl")
    assert (kept["content"], kept["sync_status"]) == (ddl["content"], "current")


def test_the_sync_after_a_repair_completes_the_records(training: Training) -> None:
    shop = catalog(table("orders", column("id")))
    training.sync(shop)
    ddl = training.record("public.orders")
    newer = copy_of(ddl, record_id="imported", last_sync_attempt=training.now + timedelta(days=1))
    training.store([*training.records(), newer])
    dedupe(training)
    training.sync(shop)
    assert training.verify(shop) == []
    assert duplicates(training.rows).num_rows == 0
