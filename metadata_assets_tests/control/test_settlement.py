from __future__ import annotations

import pytest

from metadata_assets.control.conflict import Difference
from metadata_assets.control.ingest import IngestOutcome
from metadata_assets.control.settlement import Settlement, Side
from metadata_assets.errors import ConfigurationError
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets_tests.control.conftest import NOON, Desk
from metadata_assets_tests.control.test_knowledge import ABOUT, edit


def settle(desk: Desk, side: Side, *keys: str) -> IngestOutcome:
    chosen = frozenset(keys) if keys else None
    return desk.control.settle(desk.drops, Settlement(side, chosen), now=NOON, user="ann")


@pytest.fixture
def quarrel(desk: Desk) -> Desk:
    """shop.s and shop.t were edited on both sides."""
    desk.declare("a.yaml", "s", "t")
    desk.ingest()
    for source in ("s", "t"):
        desk.edit(f"shop.{source}", execution_order="9")
    desk.declare("a.yaml", "s: 3", "t: 3")
    return desk


def orders(desk: Desk) -> list[int]:
    return [desk.row("shop.s").execution_order, desk.row("shop.t").execution_order]


def test_a_conflict_tells_what_each_side_says(quarrel: Desk) -> None:
    (first, _) = quarrel.ingest().plan.conflicts
    assert first.differences == (Difference("execution_order", 3, 9),)


def test_the_drop_wins_where_it_is_taken(quarrel: Desk) -> None:
    assert len(settle(quarrel, "yaml", "shop.s").plan.conflicts) == 1
    assert orders(quarrel) == [3, 9]
    assert settle(quarrel, "yaml").plan.conflicts == ()
    assert orders(quarrel) == [3, 3]


def test_the_table_stands_where_it_is_kept_until_the_drop_changes_again(quarrel: Desk) -> None:
    assert settle(quarrel, "table").plan.conflicts == ()
    assert quarrel.ingest().plan.conflicts == ()
    assert orders(quarrel) == [9, 9]
    quarrel.declare("a.yaml", "s: 4", "t: 3")
    assert [c.key for c in quarrel.ingest().plan.conflicts] == ["shop.s"]


def test_what_is_no_conflict_cannot_be_settled(quarrel: Desk) -> None:
    with pytest.raises(ConfigurationError, match=r"no conflict about shop\.x. Conflicts: shop\.s"):
        settle(quarrel, "yaml", "shop.s", "shop.x")
    assert orders(quarrel) == [9, 9]


def test_a_source_whose_file_cannot_be_read_cannot_be_settled(desk: Desk) -> None:
    desk.declare("a.yaml", "s")
    desk.ingest()
    desk.write("a.yaml", "modules: [")
    desk.declare("b.yaml", "s: 4")
    with pytest.raises(ConfigurationError, match=r"Mend a\.yaml"):
        settle(desk, "yaml", "shop.s")


@pytest.mark.parametrize(("side", "question"), [("yaml", "How many orders?"), ("table", "Count?")])
def test_what_is_said_of_a_source_is_settled_alike(desk: Desk, side: Side, question: str) -> None:
    desk.declare("shop.yaml", "s")
    desk.write("a.yaml", ABOUT["golden_queries"])
    desk.ingest()
    edit(desk, "golden_queries", "query_id = 'orders'", question="'Count?'")
    desk.write("a.yaml", ABOUT["golden_queries"].replace("How many?", "How many orders?"))
    settle(desk, side, "golden_queries shop.s orders")
    assert desk.ingest().plan.conflicts == ()
    rows = desk.control.lake.read(GOLDEN_QUERIES, "shop.s").to_pylist()
    assert rows[0]["question"] == question


@pytest.mark.parametrize(("side", "left"), [("yaml", []), ("table", ["orders"])])
def test_an_edited_row_that_left_its_file_goes_or_becomes_the_tables_own(
    desk: Desk, side: Side, left: list[str]
) -> None:
    desk.declare("shop.yaml", "s")
    path = desk.write("a.yaml", ABOUT["golden_queries"])
    desk.ingest()
    edit(desk, "golden_queries", "query_id = 'orders'", question="'Count?'")
    path.unlink()
    settle(desk, side)
    assert desk.ingest().plan.conflicts == ()
    assert desk.control.lake.read(GOLDEN_QUERIES, "shop.s")["query_id"].to_pylist() == left
