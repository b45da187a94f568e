from __future__ import annotations

from metadata_assets.training.activation import (
    INACTIVE,
    deactivate_records,
    reactivate_records,
)
from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import Training
from metadata_assets_tests.training.test_own import TOTAL, add, own

SHOP = catalog(table("orders", column("id"), column("amount", "numeric")))


def test_a_deactivated_source_teaches_nothing_and_keeps_its_history(training: Training) -> None:
    add(training, TOTAL)
    training.sync(SHOP)
    outcome = deactivate_records(training.lake, training.source, run_id="r", now=training.later())
    assert outcome.counts.deleted == 3
    assert {row["status_reason"] for row in training.records()} == {INACTIVE}
    assert {row["sync_status"] for row in training.records()} == {"deleted"}
    assert training.snapshots[-1]["mode"] == "deactivate"
    again = deactivate_records(training.lake, training.source, run_id="r", now=training.later())
    assert again.snapshot_id is None


def test_reactivation_restores_all_and_the_next_sync_looks_at_each(training: Training) -> None:
    add(training, TOTAL)
    training.sync(SHOP)
    contents = {row["record_id"]: row["content"] for row in training.records()}
    deactivate_records(training.lake, training.source, run_id="r", now=training.later())
    reactivate_records(training.lake, training.source, run_id="r", now=training.later())
    assert {row["record_id"]: row["content"] for row in training.records()} == contents
    assert {row["sync_status"] for row in training.records()} == {"current"}
    changed = catalog(table("orders", column("id", "bigint")))
    training.sync(changed)
    assert training.verify(changed) == []
    assert own(training)[0]["sync_status"] == "outdated"


def test_what_was_deleted_before_stays_deleted(training: Training) -> None:
    training.sync(catalog(table("orders", column("id")), table("gone", column("id"))))
    training.sync(catalog(table("orders", column("id"))))
    deactivate_records(training.lake, training.source, run_id="r", now=training.later())
    reactivate_records(training.lake, training.source, run_id="r", now=training.later())
    assert {row["source_id"] for row in training.records(sync_status="current")} == {
        "public.orders"
    }
