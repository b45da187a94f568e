from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.errors import ConfigurationError, VersionGone
from metadata_assets.lake import Lake
from metadata_assets.training.edits import Edit, plan_edits
from metadata_assets.training.records import RECORDS
from metadata_assets.training.rollback import preview_rollback
from metadata_assets.training.snapshots import find_snapshot
from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import Training
from metadata_assets_tests.training.test_sync import add_manual

ORDERS = table("orders", column("id"))
SHOP = catalog(ORDERS, table("refunds", column("id")))
LATER = catalog(table("orders", column("id", "bigint")), table("claims", column("id")))
STAMPED = {"last_sync_attempt", "snapshot_id"}


def live(training: Training) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in STAMPED}
        for row in training.records()
        if row["sync_status"] != "deleted"
    ]


def test_a_rollback_brings_the_records_of_the_snapshot_back(training: Training) -> None:
    first = training.sync(SHOP).snapshot_id
    before = live(training)
    training.sync(LATER)
    outcome = training.rollback(first)
    assert (outcome.counts.restored, outcome.counts.deleted) == (4, 2)
    assert live(training) == before
    assert {row["status_reason"] for row in training.records("public.claims")} == {
        "not there yet at the snapshot"
    }


def test_a_rollback_is_a_new_commit_with_a_snapshot_of_its_own(training: Training) -> None:
    first = training.sync(SHOP).snapshot_id
    later = training.sync(LATER)
    outcome = training.rollback(first)
    assert outcome.version == later.version + 1
    snapshot = training.snapshots[-1]
    assert (snapshot["mode"], snapshot["status"]) == ("rollback", "completed")
    assert snapshot["restored_count"] == 4


def test_a_rollback_to_where_the_records_are_writes_nothing(training: Training) -> None:
    first = training.sync(SHOP).snapshot_id
    versions = training.versions
    assert training.rollback(first).snapshot_id is None
    assert training.versions == versions


def test_a_rollback_can_be_rolled_back(training: Training) -> None:
    first = training.sync(SHOP).snapshot_id
    second = training.sync(LATER).snapshot_id
    after = live(training)
    training.rollback(first)
    training.rollback(second)
    assert live(training) == after


def test_the_sync_after_a_rollback_follows_the_catalog_again(training: Training) -> None:
    first = training.sync(SHOP).snapshot_id
    training.sync(LATER)
    training.rollback(first)
    training.sync(LATER)
    assert training.verify(LATER) == []


def test_a_rollback_loses_nothing_made_by_hand(training: Training) -> None:
    first = training.sync(SHOP).snapshot_id
    training.sync(LATER)
    manual = add_manual(training)
    edit = Edit(training.record("public.orders")["record_id"], "by hand")
    training.carry_out(lambda rows, stamp: plan_edits(rows, [edit], stamp=stamp))
    training.rollback(first)
    assert training.records(source_type="manual") == [manual]
    assert training.record("public.orders")["content"] == "by hand"


def test_a_preview_of_a_rollback_writes_nothing(training: Training, lake: Lake) -> None:
    first = training.sync(SHOP).snapshot_id
    training.sync(LATER)
    versions = training.versions
    point = find_snapshot(lake, first or "")
    plan = preview_rollback(lake, training.source, point, now=training.now)
    assert training.versions == versions
    assert plan.counts == training.rollback(first).counts


def test_another_source_is_taken_back_to_the_same_moment(training: Training, lake: Lake) -> None:
    other = Training(lake, source="demo.other")
    other.sync(SHOP)
    first = training.sync(SHOP).snapshot_id
    other.sync(LATER)
    before = live(other)
    other.rollback(first)
    assert live(other) != before
    assert {row["source_id"] for row in live(other)} == {"public.orders", "public.refunds"}


def test_a_snapshot_that_does_not_exist_or_did_not_complete_is_an_error(
    training: Training, lake: Lake
) -> None:
    training.sync(SHOP)
    with pytest.raises(ConfigurationError, match="the snapshot nothing does not exist"):
        find_snapshot(lake, "nothing")


@pytest.mark.parametrize("selection", [{}, {"tables": ("orders",)}])
def test_a_rollback_holds_until_the_catalog_changes(
    training: Training, selection: dict[str, tuple[str, ...]]
) -> None:
    first = training.sync(SHOP).snapshot_id
    before = live(training)
    training.sync(LATER)
    rollback = training.rollback(first, from_=LATER)
    held = training.sync(LATER, **selection)
    assert (held.snapshot_id, held.held_by) == (None, rollback.snapshot_id)
    assert training.preview(LATER).held_by == rollback.snapshot_id
    assert live(training) == before
    assert training.verify(LATER) != []
    changed = catalog(table("orders", column("id", "smallint")))
    assert training.sync(changed).held_by is None
    assert training.verify(changed) == []


def test_a_full_sync_ends_a_rollback_and_an_edit_does_not(training: Training) -> None:
    first = training.sync(SHOP).snapshot_id
    training.sync(LATER)
    training.rollback(first, from_=LATER)
    edit = Edit(training.record("public.orders")["record_id"], "by hand")
    training.carry_out(lambda rows, stamp: plan_edits(rows, [edit], stamp=stamp))
    assert training.sync(LATER).held_by is not None
    training.sync(LATER, "full", tables=("claims",))
    assert training.record("public.claims")["sync_status"] == "current"
    assert training.sync(LATER).held_by is not None
    training.sync(LATER, "full")
    assert training.sync(LATER).held_by is None
    assert {change for _, _, change in training.verify(LATER)} <= {"edited", "outdated"}


def test_a_version_that_was_vacuumed_is_an_error_that_says_so(training: Training) -> None:
    first = training.sync(SHOP).snapshot_id
    training.sync(LATER)
    delta = training.lake.partition(RECORDS, training.source).delta
    delta.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    with pytest.raises(VersionGone, match="no longer kept"):
        training.rollback(first)
