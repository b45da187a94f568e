from __future__ import annotations

import pyarrow as pa
import pytest

from metadata_assets.catalog.invariants import (
    require_no_mass_deletion,
    require_sound,
    violations,
)
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import CatalogInvalid, CatalogShrank
from metadata_assets_tests.catalog.building import ID, ORDERS, catalog, rows, values

CONSTRAINT = (
    "schema_name",
    "table_name",
    "constraint_type",
    "columns",
    "ref_schema_name",
    "ref_table_name",
    "referenced_columns",
)


def test_a_sound_catalog_breaks_nothing() -> None:
    built = catalog()
    assert violations(built) == []
    require_sound(built, source="shop.orders")


def test_a_table_twice_is_a_violation() -> None:
    assert violations(catalog(f"{ORDERS} UNION ALL {ORDERS}")) == [
        "two columns named id in main.orders",
        "two tables named main.orders",
    ]


def test_a_column_twice_is_a_violation() -> None:
    twice = catalog(columns=f"{ID} UNION ALL {ID}")
    assert violations(twice) == ["two columns named id in main.orders"]


@pytest.mark.parametrize("name", ["column_name", "native_type"])
def test_a_column_without_a_name_or_type_is_a_violation(name: str) -> None:
    built = catalog(columns=f"SELECT * REPLACE (NULL AS {name}) FROM ({ID})")
    assert violations(built) == ["a column without a name or type in main.orders"]


def test_a_typeless_column_is_sound() -> None:
    assert violations(catalog(columns=f"SELECT * REPLACE ('' AS native_type) FROM ({ID})")) == []


def test_a_key_on_a_column_that_is_not_there_is_a_violation() -> None:
    built = catalog(
        constraints=values(
            *CONSTRAINT[:4],
            of=[
                ("main", "orders", "unique", ["id", "nope"]),
                ("main", "orders", "check", ["nope"]),
            ],
        )
    )
    assert violations(built) == ["unique of main.orders on the unknown column nope"]


def test_a_foreign_key_pairs_its_columns() -> None:
    built = catalog(
        constraints=values(
            *CONSTRAINT,
            of=[
                ("main", "orders", "foreign_key", ["id"], "main", "x", ["a", "b"]),
                ("main", "orders", "foreign_key", ["id"], "main", "y", ["a"]),
            ],
        )
    )
    assert violations(built) == ["a foreign key of main.orders pairs 1 columns with 2"]


def test_the_first_violations_are_told_and_the_rest_counted() -> None:
    columns = " UNION ALL ".join(
        f"SELECT * REPLACE ('c{n}' AS column_name) FROM ({ID})" for n in [*range(7), *range(7)]
    )
    with pytest.raises(CatalogInvalid) as failed:
        require_sound(catalog(columns=columns), source="shop.orders")
    assert str(failed.value) == (
        "shop.orders: the catalog contradicts itself, so nothing was changed: "
        + "; ".join(f"two columns named c{n} in main.orders" for n in range(5))
        + " and 2 more. Sync again: the source may have changed while it was read."
    )


def tables(count: int) -> pa.Table:
    return of_tables(count).tables


def of_tables(count: int, **parts: str) -> Catalog:
    named = f"SELECT 's' AS schema_name, 't' || i AS table_name FROM range({count}) r(i)"
    return catalog(named, f"{ID} LIMIT 0", **parts)


def shrink(before: int, after: Catalog, *, max_shrink: float = 0.3) -> None:
    require_no_mass_deletion(tables(before), after, source="shop.orders", max_shrink=max_shrink)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 5), (10, 10), (10, 7), (3, 5)])
def test_a_few_deletions_are_let_through(before: int, after: int) -> None:
    shrink(before, of_tables(after))


def test_too_many_deletions_are_refused() -> None:
    with pytest.raises(CatalogShrank) as failed:
        shrink(10, of_tables(6))
    assert str(failed.value).startswith(
        "shop.orders: the catalog shrank: 4 of the 10 objects of the last sync are gone; "
        "nothing was changed. Check that the user may read it"
    )


@pytest.mark.parametrize("before", [1, 10])
def test_an_empty_catalog_is_refused_whatever_share_may_go(before: int) -> None:
    with pytest.raises(CatalogShrank, match="the catalog read back empty"):
        shrink(before, of_tables(0), max_shrink=1)


def test_replacing_every_table_is_refused() -> None:
    others = catalog("SELECT 'other' AS schema_name, 't' AS table_name", f"{ID} LIMIT 0")
    with pytest.raises(CatalogShrank, match="the catalog shrank: 3 of the 3"):
        shrink(3, others, max_shrink=1)


def test_what_is_unreadable_is_not_gone() -> None:
    unreadable = """
    SELECT 's' AS schema_name, 't' || i AS table_name, 'no' AS reason FROM range(5, 10) r(i)
    """
    shrink(10, of_tables(5, unreadable=unreadable))
    with pytest.raises(CatalogShrank):
        shrink(10, of_tables(5))


def test_a_share_of_nothing_refuses_any_deletion() -> None:
    shrink(10, of_tables(10), max_shrink=0)
    with pytest.raises(CatalogShrank):
        shrink(10, of_tables(9), max_shrink=0)


def test_a_part_of_an_unknown_table_is_a_violation() -> None:
    sound = catalog(constraints=values(*CONSTRAINT[:4], of=[("main", "orders", "unique", ["id"])]))
    torn = Catalog(
        tables=sound.tables.slice(0, 0),
        columns=sound.columns,
        constraints=sound.constraints,
        indexes=sound.indexes,
        types=sound.types,
        functions=sound.functions,
        unreadable=rows("SELECT 'x' AS object_name, 'no' AS reason"),
    )
    assert violations(torn) == [
        "column id of the unknown table main.orders",
        "unique of the unknown table main.orders",
    ]
