from __future__ import annotations

import pytest

from metadata_assets.errors import ConfigurationError
from metadata_assets.training.plan import SyncCounts
from metadata_assets.training.selection import Selection
from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import Training

ORDERS = table("orders", column("id"), business_domain="Sales")
STAFF = table("staff", column("id"), business_domain="HR")
EVENTS = table("events", column("id"), schema="web.log")
SHOP = catalog(ORDERS, STAFF, EVENTS)


def told(training: Training) -> set[tuple[str, str]]:
    return {
        (row["source_id"], row["kind"])
        for row in training.records()
        if row["sync_status"] == "current"
    }


@pytest.mark.parametrize(
    ("selection", "objects"),
    [
        ({"tables": ("orders",)}, {"public.orders"}),
        ({"tables": ("public.*",)}, {"public.orders", "public.staff"}),
        ({"tables": ("ord*", "staff")}, {"public.orders", "public.staff"}),
        ({"tables": ("events",)}, {'"web.log".events'}),
        ({"tables": ("public",)}, set()),
        ({"domains": ("Sales",)}, {"public.orders"}),
        ({"domains": ("Sales",), "tables": ("staff",)}, set()),
    ],
)
def test_a_selective_sync_writes_what_is_selected_only(
    training: Training, selection: dict[str, tuple[str, ...]], objects: set[str]
) -> None:
    training.sync(SHOP, **selection)
    assert {source_id for source_id, _ in told(training)} == objects


def test_a_selective_sync_never_deletes_outside_its_selection(training: Training) -> None:
    training.sync(SHOP)
    outcome = training.sync(catalog(), tables=("orders",))
    assert outcome.counts == SyncCounts(deleted=2, unchanged=4)
    assert {row["source_id"] for row in training.records(sync_status="deleted")} == {
        "public.orders"
    }


def test_what_was_not_selected_is_found_by_the_next_sync(training: Training) -> None:
    training.sync(SHOP, kinds=("ddl",))
    assert {kind for _, kind in told(training)} == {"ddl"}
    assert training.sync(SHOP).counts.new == 3
    assert training.sync(SHOP).snapshot_id is None
    assert training.verify(SHOP) == []


def test_a_table_deleted_in_one_kind_only_comes_back_whole(training: Training) -> None:
    training.sync(SHOP)
    training.sync(catalog(), kinds=("ddl",))
    training.sync(SHOP)
    assert training.verify(SHOP) == []


def test_a_table_that_changes_its_domain_is_asked_for_under_either(training: Training) -> None:
    training.sync(SHOP)
    moved = catalog(table("orders", column("id"), business_domain="HR"), STAFF, EVENTS)
    assert training.preview(moved, domains=("Sales",)).counts.changed == 2
    assert training.preview(moved, domains=("HR",)).counts.changed == 2
    assert training.preview(moved, domains=("Web",)).counts.changed == 0
    assert training.sync(moved, domains=("Sales",)).counts.deleted == 0


def test_a_full_sync_of_a_selection_rewrites_that_only(training: Training) -> None:
    training.sync(SHOP)
    assert training.sync(SHOP, "full", tables=("staff",)).counts == SyncCounts(
        rewritten=2, unchanged=4
    )


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="unknown kind of training record: docs"):
        Selection(kinds=("docs",))
