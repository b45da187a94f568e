from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from metadata_assets.catalog.annotations import (
    ANNOTATIONS,
    annotate,
    annotations_version,
    dangling,
    keep_originals,
)
from metadata_assets.catalog.invariants import require_sound
from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets_tests.catalog.building import catalog, values

TABLES = values(
    "schema_name",
    "table_name",
    "object_type",
    "comment",
    "owner",
    of=[
        ("main", "orders", "table", "old", "postgres"),
        ("main", "carts", "table", None, None),
        ("main", "odd.name", "table", None, None),
    ],
)
COLUMNS = values(
    "schema_name",
    "table_name",
    "ordinal",
    "column_name",
    "native_type",
    "nullable",
    "comment",
    of=[
        ("main", "orders", 1, "id", "INTEGER", False, "number"),
        ("main", "orders", 2, "email", "VARCHAR", True, None),
        ("main", "carts", 1, "id", "INTEGER", False, None),
        ("main", "odd.name", 1, "id", "INTEGER", False, None),
    ],
)


@pytest.fixture(scope="module")
def shop() -> Catalog:
    return catalog(TABLES, COLUMNS)


def notes(*rows: dict[str, Any]) -> pa.Table:
    nothing = dict.fromkeys(ANNOTATIONS.schema.names)
    return pa.Table.from_pylist([nothing | row for row in rows], schema=ANNOTATIONS.schema)


def note(table: str, column: str | None = None, **said: Any) -> dict[str, Any]:
    return {"table_fqdn": table, "column_name": column, **said}


def table(annotated: Catalog, name: str) -> dict[str, Any]:
    return next(row for row in annotated.tables.to_pylist() if row["table_name"] == name)


def column(annotated: Catalog, fqdn: str, name: str) -> dict[str, Any]:
    rows = annotated.columns.to_pylist()
    return next(row for row in rows if (row["table_fqdn"], row["column_name"]) == (fqdn, name))


def test_an_annotation_wins_over_the_comment_which_is_kept_with_it(shop: Catalog) -> None:
    said = notes(
        note("main.orders", description="What was bought"),
        note("main.orders", "id", description="Order number"),
    )
    annotated = annotate(shop, said)
    assert table(annotated.catalog, "orders")["comment"] == "What was bought"
    assert column(annotated.catalog, "main.orders", "id")["comment"] == "Order number"
    originals = annotated.annotations.to_pydict()["original_description"]
    assert sorted(originals) == ["number", "old"]


def test_what_an_annotation_does_not_say_stays_the_databases(shop: Catalog) -> None:
    annotated = annotate(shop, notes(note("main.orders", business_domain="sales"))).catalog
    orders = table(annotated, "orders")
    assert (orders["comment"], orders["owner"]) == ("old", "postgres")
    assert orders["business_domain"] == "sales"


def test_owner_grain_and_status_are_merged(shop: Catalog) -> None:
    said = note("main.orders", owner="team-sales", grain_description="an order", status="active")
    orders = table(annotate(shop, notes(said)).catalog, "orders")
    assert (orders["owner"], orders["grain_description"]) == ("team-sales", "an order")
    assert orders["status"] == "active"


def test_only_annotated_tables_get_another_hash(shop: Catalog) -> None:
    annotated = annotate(shop, notes(note("main.orders", "email", description="To reach"))).catalog
    for name, changes in (("orders", True), ("carts", False), ("odd.name", False)):
        differs = table(annotated, name)["content_hash"] != table(shop, name)["content_hash"]
        assert differs is changes


def test_the_hash_is_the_one_of_a_database_that_says_the_same(shop: Catalog) -> None:
    said = notes(note("main.orders", description="new"), note("main.orders", "id", description="n"))
    same = catalog(TABLES.replace("'old'", "'new'"), COLUMNS.replace("'number'", "'n'"))
    assert annotate(shop, said).catalog == same


def test_personal_data_of_a_table_is_of_its_columns_unless_they_say_otherwise(
    shop: Catalog,
) -> None:
    said = notes(note("main.orders", pii=True), note("main.orders", "id", pii=False))
    annotated = annotate(shop, said).catalog
    assert column(annotated, "main.orders", "email")["pii"] is True
    assert column(annotated, "main.orders", "id")["pii"] is False
    assert column(annotated, "main.carts", "id")["pii"] is None


def test_a_table_is_named_by_its_fqdn(shop: Catalog) -> None:
    annotated = annotate(shop, notes(note('main."odd.name"', description="Odd")))
    assert table(annotated.catalog, "odd.name")["comment"] == "Odd"
    assert annotated.dangling.num_rows == 0


def test_annotations_of_what_is_not_there_are_told_and_harm_nothing(shop: Catalog) -> None:
    said = notes(
        note("main.nosuch", description="?", origin="yaml:a.yaml"),
        note("main.orders", "nosuch", description="?"),
        note("main.orders", "id", description="fine"),
    )
    annotated = annotate(shop, said)
    assert annotated.dangling.to_pylist() == [
        {"table_fqdn": "main.nosuch", "column_name": None, "origin": "yaml:a.yaml"},
        {"table_fqdn": "main.orders", "column_name": "nosuch", "origin": None},
    ]
    assert dangling(annotated.catalog, said) == annotated.dangling
    require_sound(annotated.catalog, source="m.s")


def test_a_row_that_another_engine_wrote_twice_doubles_nothing(shop: Catalog) -> None:
    twice = notes(note("main.orders", "id", description="a"), note("main.orders", "id", tags=[]))
    require_sound(annotate(shop, twice).catalog, source="m.s")


def test_no_annotations_leave_the_catalog_as_it_is(shop: Catalog) -> None:
    annotated = annotate(shop, notes())
    assert annotated.catalog is shop
    assert annotated.dangling.num_rows == 0
    assert annotations_version(notes()) == ""


def test_the_version_is_of_what_is_said_not_of_who_says_it() -> None:
    one = notes(note("a.b", description="x", origin="yaml:a.yaml", original_description="o"))
    two = notes(note("a.b", description="x", origin="yaml:b.yaml", base_hash="h"))
    assert annotations_version(one) == annotations_version(two)
    assert annotations_version(one) != annotations_version(notes(note("a.b", description="y")))


def test_originals_are_stored_with_what_is_there_now(lake: Lake, shop: Catalog) -> None:
    said = notes(note("main.orders", description="new"))
    annotated = annotate(shop, said).annotations
    later = notes(note("main.orders", description="newer"), note("main.carts", description="c"))
    lake.partition(ANNOTATIONS, "m.s").replace(later)
    keep_originals(lake, "m.s", annotated)
    stored = lake.read(ANNOTATIONS, "m.s").to_pylist()
    assert [(row["description"], row["original_description"]) for row in stored] == [
        ("c", None),
        ("newer", "old"),
    ]
