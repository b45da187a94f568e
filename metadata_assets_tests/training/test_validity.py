from __future__ import annotations

import pytest

from metadata_assets.training.documents import DOCUMENTATION
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets.training.own import Addition
from metadata_assets.training.plan import SyncCounts
from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import Training
from metadata_assets_tests.training.test_own import TOTAL, add, own
from metadata_assets_tests.training.test_sync import declare

REFUNDS = table("refunds", column("id"))
SHOP = catalog(table("orders", column("id"), column("amount", "numeric")), REFUNDS)
RENAMED = catalog(table("orders", column("id"), column("total", "numeric")), REFUNDS)


def status(training: Training) -> tuple[str, str | None]:
    (record,) = own(training)
    return record["sync_status"], record["status_reason"]


@pytest.mark.parametrize("mode", ["incremental", "full"])
def test_a_change_that_breaks_a_query_makes_it_outdated_and_a_fix_current(
    training: Training, mode: str
) -> None:
    add(training, TOTAL)
    training.sync(SHOP)
    words = own(training)[0]["content"]
    outcome = training.sync(RENAMED, mode)
    assert outcome.counts.outdated == 1
    broken, reason = status(training)
    assert broken == "outdated"
    assert reason is not None
    assert reason.startswith("its SQL is not valid")
    assert "amount" in reason
    assert own(training)[0]["content"] == words
    assert training.sync(RENAMED).snapshot_id is None
    assert training.verify(RENAMED) == []
    assert training.sync(SHOP).counts.resurrected == 1
    assert status(training) == ("current", None)


def test_a_text_is_outdated_while_a_table_it_is_about_is_gone(training: Training) -> None:
    add(training, Addition("documentation", "In euros.", tables=("public.orders",)))
    training.sync(SHOP)
    assert [change for _, _, change in training.verify(catalog(REFUNDS))].count("outdated") == 1
    training.sync(catalog(REFUNDS))
    assert status(training) == (
        "outdated",
        "it is about public.orders, which is not in the catalog",
    )
    training.sync(SHOP)
    assert status(training) == ("current", None)


def test_a_declaration_that_is_broken_is_taught_as_outdated(training: Training) -> None:
    declare(
        training, GOLDEN_QUERIES, query_id="q", question="How much?", sql="SELECT x FROM orders"
    )
    assert training.sync(SHOP).counts == SyncCounts(new=5)
    assert status(training)[0] == "outdated"
    assert training.sync(SHOP).snapshot_id is None
    assert training.verify(SHOP) == []
    declare(
        training, GOLDEN_QUERIES, query_id="q", question="How much?", sql="SELECT id FROM orders"
    )
    assert training.sync(SHOP).counts.changed == 1
    assert status(training) == ("current", None)


def test_a_document_about_a_missing_table_is_outdated(training: Training) -> None:
    declare(training, DOCUMENTATION, document_id="d", content="Old.", tables=["public.gone"])
    training.sync(SHOP)
    assert status(training)[0] == "outdated"


def test_a_selection_narrows_whose_status_changes(training: Training) -> None:
    add(training, TOTAL)
    training.sync(SHOP)
    training.sync(RENAMED, kinds=("ddl",))
    assert status(training)[0] == "current"
    training.sync(RENAMED)
    assert status(training)[0] == "outdated"
