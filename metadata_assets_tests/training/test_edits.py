from __future__ import annotations

from functools import partial

import pytest

from metadata_assets.errors import ConfigurationError
from metadata_assets.training.edits import (
    Edit,
    edited_records,
    plan_acceptance,
    plan_edits,
    plan_release,
)
from metadata_assets.training.plan import Stamp, SyncPlan
from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import Training, derived

ORDERS = table("orders", column("id"))
WIDER = table("orders", column("id", "bigint"))
SHOP = catalog(ORDERS, table("refunds", column("id")))
CHANGED = catalog(WIDER, table("refunds", column("id")))
BY_HAND = "Orders placed since 2020."


@pytest.fixture
def edited(training: Training) -> Training:
    training.sync(SHOP)
    edit(training, BY_HAND)
    return training


def edit(training: Training, content: str) -> None:
    one = Edit(training.record("public.orders", "documentation")["record_id"], content)

    def plan(current: object, stamp: Stamp) -> SyncPlan:
        return plan_edits(current, [one], stamp=stamp)  # type: ignore[arg-type]

    assert training.carry_out(plan).counts.modified == 1


def orders(training: Training) -> tuple[str, str, str | None]:
    record = training.record("public.orders", "documentation")
    return record["content"], record["sync_status"], record["status_reason"]


def drift(training: Training) -> list[str]:
    return [str(row["source_id"]) for row in edited_records(training.rows).to_pylist()]


@pytest.mark.parametrize("mode", ["incremental", "full"])
def test_an_edit_survives_every_sync_and_is_reported_as_drift(edited: Training, mode: str) -> None:
    edited.sync(SHOP, mode)
    assert orders(edited) == (BY_HAND, "current", None)
    assert drift(edited) == ["public.orders"]
    assert edited.verify(SHOP) == [("public.orders", "documentation", "edited")]


def test_an_edit_has_its_own_hash_and_vanna_id(training: Training) -> None:
    training.sync(SHOP)
    before = training.record("public.orders", "documentation")
    edit(training, BY_HAND)
    after = training.record("public.orders", "documentation")
    assert after["record_id"] == before["record_id"]
    assert after["content_hash"] != before["content_hash"] == after["derived_hash"]
    assert after["vanna_id"] != before["vanna_id"]


@pytest.mark.parametrize("mode", ["incremental", "full"])
def test_an_edit_the_catalog_moved_on_from_stays_and_is_outdated(
    edited: Training, mode: str
) -> None:
    edited.sync(CHANGED, mode)
    reason = "edited by hand, and the catalog says something else now"
    assert orders(edited) == (BY_HAND, "outdated", reason)
    assert edited.sync(CHANGED).snapshot_id is None
    edited.sync(SHOP)
    assert orders(edited) == (BY_HAND, "current", None)


def test_an_edit_the_catalog_comes_to_agree_with_is_no_drift(training: Training) -> None:
    training.sync(CHANGED)
    wanted = training.record("public.orders", "documentation")["content"]
    training.sync(SHOP)
    edit(training, wanted)
    training.sync(CHANGED)
    assert orders(training) == (wanted, "current", None)
    assert drift(training) == []


def test_an_edited_record_of_a_dropped_table_comes_back_as_edited(edited: Training) -> None:
    edited.sync(catalog())
    assert orders(edited)[1] == "deleted"
    edited.sync(SHOP)
    assert orders(edited) == (BY_HAND, "current", None)


def test_an_accepted_edit_is_a_manual_record_from_then_on(edited: Training) -> None:
    record_id = edited.record("public.orders", "documentation")["record_id"]
    edited.sync(CHANGED)
    edited.carry_out(lambda rows, stamp: plan_acceptance(rows, [record_id], stamp=stamp))
    accepted = edited.record("public.orders", "documentation")
    assert (accepted["source_type"], accepted["sync_status"]) == ("manual", "current")
    assert drift(edited) == []
    edited.sync(SHOP, "full")
    edited.sync(catalog())
    assert edited.record("public.orders", "documentation") == accepted


@pytest.mark.parametrize("accepted", [False, True])
def test_a_released_edit_says_what_the_catalog_says(edited: Training, accepted: bool) -> None:
    record_ids = [edited.record("public.orders", "documentation")["record_id"]]
    if accepted:
        edited.carry_out(lambda rows, stamp: plan_acceptance(rows, record_ids, stamp=stamp))
    told = derived(SHOP)
    edited.carry_out(lambda rows, stamp: plan_release(rows, told, record_ids, stamp=stamp))
    assert orders(edited)[0].startswith("Table public.orders")
    assert edited.verify(SHOP) == []
    assert edited.record("public.orders", "documentation")["source_type"] == "catalog"


@pytest.mark.parametrize("mode", ["incremental", "full"])
def test_an_edit_made_with_another_tool_is_kept_too(training: Training, mode: str) -> None:
    training.sync(SHOP)
    rows = training.records()
    for row in rows:
        if (row["source_id"], row["kind"]) == ("public.orders", "documentation"):
            row["content"] = BY_HAND
    training.store(rows)
    training.sync(CHANGED, mode)
    assert orders(training)[:2] == (BY_HAND, "outdated")
    record = training.record("public.orders", "documentation")
    assert record["content_hash"] != record["derived_hash"]


def test_an_unknown_record_cannot_be_edited(training: Training) -> None:
    training.sync(SHOP)
    for plan in (
        partial(plan_edits, edits=[Edit("nobody", "x")]),
        partial(plan_acceptance, record_ids=["nobody"]),
    ):
        with pytest.raises(ConfigurationError, match="there is no training record nobody"):
            plan(training.rows, stamp=Stamp(training.now, "s", "v"))
