from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from metadata_assets.cli import app
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets_tests.home import Home

ORDERS = "CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER, note TEXT)"
DEAR = "CREATE VIEW dear AS SELECT id FROM orders WHERE amount > 10"
GOLDEN = {
    "query_id": "total",
    "question": "What is it all worth?",
    "sql": "SELECT sum(amount) FROM orders",
    "tags": [],
    "origin": "api",
    "base_hash": None,
}


@pytest.fixture
def shop(home: Home) -> Home:
    home.drop("shop.yaml", home.sqlite("shop", ORDERS, DEAR))
    golden = home.lake.partition(GOLDEN_QUERIES, "m.shop")
    golden.replace(golden.table.schema.empty_table().from_pylist([GOLDEN], golden.table.schema))
    home.sync()
    return home


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


@pytest.mark.usefixtures("shop")
def test_what_would_break_is_told_to_the_column() -> None:
    told = json.loads(call("impact", "m.shop", "orders.amount", "--json").stdout)
    names = {(one["kind"], one["title"]) for one in told}
    assert ("view", "main.dear") in names
    assert ("golden_query", "What is it all worth?") in names
    noted = json.loads(call("impact", "m.shop", "main.orders.note", "--json").stdout)
    assert {one["kind"] for one in noted} == {"training_record"}
    assert "main.dear" in call("impact", "m.shop", "orders").stdout
    missing = call("impact", "m.shop", "orders.nothing")
    assert (missing.exit_code, "no table or column" in missing.stderr) == (1, True)
