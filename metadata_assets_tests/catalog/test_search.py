from __future__ import annotations

import pytest

from metadata_assets.catalog.search import find_table, search_catalog
from metadata_assets.catalog.store import publish_catalog
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets_tests.training.catalogs import catalog, column, table

SHOP = catalog(
    table("orders", column("id"), column("customer_id"), comment="what was bought"),
    table("order_lines", column("order_id"), column("price", comment="in euro")),
    table("audit", column("made_by")),
)


@pytest.fixture
def shop(lake: Lake) -> Lake:
    publish_catalog(lake, "m.shop", SHOP, data_version="1")
    publish_catalog(lake, "m.old", catalog(table("orders", column("id"))), data_version="1")
    return lake


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("the orders of customers", ["public.orders", "public.order_lines"]),
        ("price in EURO", ["public.order_lines"]),
        ("what was bought?", ["public.orders"]),
        ("by", ["public.audit"]),
        ("nothing like it", []),
    ],
)
def test_words_find_tables_by_names_columns_and_comments(
    shop: Lake, words: str, found: list[str]
) -> None:
    rows = search_catalog(shop, ["m.shop"], words, limit=10)
    assert rows["table"].to_pylist() == found


def test_a_name_means_one_table_or_is_asked_back(shop: Lake) -> None:
    assert find_table(shop, ["m.shop"], "ORDERS") == ("m.shop", "public.orders")
    with pytest.raises(ConfigurationError, match=r"public\.orders of m\.old, public\.orders of"):
        find_table(shop, ["m.old", "m.shop"], "orders")
    with pytest.raises(ConfigurationError, match=r"Did you mean public\.order_lines\?"):
        find_table(shop, ["m.shop"], "order_line")
