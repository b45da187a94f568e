from __future__ import annotations

from metadata_assets.training.context.joins import joins_of
from metadata_assets_tests.schema.catalogs import catalog, column, foreign_key, primary_key, table


def chain() -> list[dict[str, object]]:
    """customers <- orders <- items -> products"""
    return [
        table("customers", column("id"), constraints=[primary_key("id")]),
        table(
            "orders",
            column("id"),
            column("customer"),
            constraints=[primary_key("id"), foreign_key("customer", "customers")],
        ),
        table(
            "items",
            column("order"),
            column("product"),
            constraints=[foreign_key("order", "orders"), foreign_key("product", "products")],
        ),
        table("products", column("id"), constraints=[primary_key("id")]),
        table("lonely", column("name")),
    ]


def test_foreign_keys_join_both_ways_and_give_the_keys() -> None:
    joins = joins_of(catalog(*chain()))
    assert set(joins.neighbours("public.orders")) >= {"public.customers", "public.items"}
    assert joins.keys("public.orders", ["public.customers"]) == {"id", "customer"}
    assert joins.keys("public.orders", []) == {"id"}
    assert joins.neighbours("public.lonely") == []


def test_the_way_between_two_tables_follows_foreign_keys() -> None:
    joins = joins_of(catalog(*chain()))
    assert joins.path("public.customers", "public.products") == ["public.orders", "public.items"]
    assert joins.path("public.customers", "public.orders") == []
    assert joins.path("public.customers", "public.lonely") == []


def test_columns_of_one_name_that_look_like_keys_join_where_no_key_is_declared() -> None:
    joins = joins_of(
        catalog(
            table("flights", column("flight_id"), column("airport_code"), column("note")),
            table("airports", column("airport_code"), column("note")),
            table("airports", column("airport_code"), schema="other"),
        )
    )
    assert joins.neighbours("public.flights") == ["public.airports"]
    assert joins.keys("public.flights", ["public.airports"]) == {"airport_code"}
    assert joins.path("public.flights", "public.airports") == []
