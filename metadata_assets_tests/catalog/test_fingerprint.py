from __future__ import annotations

from dataclasses import replace

import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets_tests.catalog.building import ID, ORDERS, catalog, values

CONSTRAINT = ("schema_name", "table_name", "constraint_type", "columns", "on_delete")
INDEX = ("schema_name", "table_name", "index_name", "predicate")


def test_equal_catalogs_have_equal_versions() -> None:
    assert data_version(catalog()) == data_version(catalog())
    assert len(data_version(catalog())) == 64


def test_an_empty_catalog_has_a_version() -> None:
    none = catalog(f"{ORDERS} LIMIT 0", f"{ID} LIMIT 0")
    assert data_version(none) == data_version(none)
    assert data_version(none) != data_version(catalog())


def test_row_estimates_and_sizes_are_no_part_of_the_version() -> None:
    loaded = catalog(f"SELECT *, 7 AS row_estimate, 99 AS bytes FROM ({ORDERS})")
    assert data_version(loaded) == data_version(catalog())


@pytest.mark.parametrize(
    "changed",
    [
        {"tables": f"SELECT *, '{{}}' AS properties FROM ({ORDERS})"},
        {"tables": f"SELECT *, 'x' AS comment FROM ({ORDERS})"},
        {"columns": f"SELECT *, 'x' AS collation FROM ({ID})"},
        {"columns": f"SELECT *, '{{}}' AS properties FROM ({ID})"},
        {"constraints": values(*CONSTRAINT, of=[("main", "orders", "unique", ["id"], None)])},
        {"constraints": values(*CONSTRAINT, of=[("main", "orders", "unique", ["id"], "CASCADE")])},
        {"indexes": values(*INDEX, of=[("main", "orders", "i", None)])},
        {"indexes": values(*INDEX, of=[("main", "orders", "i", "id > 1")])},
        {"types": values("schema_name", "type_name", "labels", of=[("main", "t", ["a"])])},
        {"types": values("schema_name", "type_name", "labels", of=[("main", "t", ["b"])])},
    ],
    ids=str,
)
def test_anything_else_changes_the_version(changed: dict[str, str]) -> None:
    assert data_version(catalog(**changed)) != data_version(catalog())


def test_each_change_gives_its_own_version() -> None:
    versions = {
        data_version(catalog(indexes=values(*INDEX, of=[("main", "orders", name, text)])))
        for name in ("i", "j")
        for text in (None, "", "id > 1")
    }
    assert len(versions) == 6


def test_the_version_does_not_depend_on_the_order_of_rows() -> None:
    both = values(
        "schema_name", "table_name", "object_type", of=[("a", "x", "table"), ("b", "y", "view")]
    )
    built = catalog(both, f"{ID} LIMIT 0")
    turned = replace(built, tables=built.tables.take([1, 0]))
    assert data_version(turned) == data_version(built)
