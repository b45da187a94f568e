from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from metadata_assets.cli import app
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets.training.records import RECORDS
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


def test_what_a_change_broke_is_outdated_until_it_is_mended(shop: Home) -> None:
    own = add_own_record(shop)
    plain = DEAR.replace("amount", "id")
    shop.sqlite("shop", "DROP VIEW dear", "ALTER TABLE orders DROP COLUMN amount", plain)
    shop.sync()
    broken = {row["source_id"]: row for row in queries(shop)}
    reason = "broken: DS103 column dropped: main.orders.amount"
    for record in ("golden_queries/total", own):
        status = (broken[record]["sync_status"], broken[record]["status_reason"])
        assert status == ("outdated", reason)
    versions = shop.lake_versions()
    shop.sync(force=True)
    assert shop.lake_versions() == versions
    shop.sqlite("shop", "ALTER TABLE orders ADD COLUMN amount INTEGER")
    shop.sync()
    assert {row["sync_status"] for row in queries(shop)} == {"current"}


def queries(home: Home) -> list[dict[str, object]]:
    """The question/SQL records that no catalog derives."""
    rows = home.lake.read(RECORDS, "m.shop").to_pylist()
    return [row for row in rows if row["kind"] == "sql" and row["source_type"] != "catalog"]


def add_own_record(home: Home) -> str:
    """A record of someone's own, beside the golden one."""
    partition = home.lake.partition(RECORDS, "m.shop")
    rows = partition.read().to_pylist()
    (golden,) = [row for row in rows if row["source_id"] == "golden_queries/total"]
    own = golden | {
        "record_id": "mine",
        "source_id": "mine",
        "derived_hash": None,
        "question": "How much is the dearest?",
        "content": "SELECT max(amount) FROM orders",
        "content_hash": "another",
    }
    partition.replace(RECORDS.schema.empty_table().from_pylist([*rows, own], RECORDS.schema))
    return "mine"
