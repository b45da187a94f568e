from __future__ import annotations

from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import Training

ORDERS = table("orders", column("id"))
SHOP = catalog(ORDERS, table("refunds", column("id")))


def test_records_in_line_with_the_catalog_show_no_difference(training: Training) -> None:
    training.sync(SHOP)
    assert training.verify(SHOP) == []


def test_every_difference_is_reported_and_nothing_is_written(training: Training) -> None:
    training.sync(SHOP)
    versions = training.versions
    later = catalog(table("orders", column("id", "bigint")), table("claims", column("id")))
    assert training.verify(later) == [
        ("public.claims", "ddl", "new"),
        ("public.claims", "documentation", "new"),
        ("public.orders", "ddl", "modified"),
        ("public.orders", "documentation", "modified"),
        ("public.refunds", "ddl", "deleted"),
        ("public.refunds", "documentation", "deleted"),
    ]
    assert training.versions == versions


def test_a_record_changed_with_another_tool_is_found(training: Training) -> None:
    training.sync(SHOP)
    rows = training.records()
    rows[0]["content"] = "something else"
    training.store(rows)
    assert ("public.orders", "ddl", "edited") in training.verify(SHOP)


def test_a_record_removed_with_another_tool_is_found(training: Training) -> None:
    training.sync(SHOP)
    training.store(training.records(kind="ddl"))
    assert training.verify(SHOP) == [
        ("public.orders", "documentation", "new"),
        ("public.refunds", "documentation", "new"),
    ]
