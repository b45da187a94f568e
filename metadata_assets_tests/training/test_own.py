from __future__ import annotations

import json
from typing import Any

import pytest

from metadata_assets.errors import ConfigurationError
from metadata_assets.training.commit import SyncOutcome
from metadata_assets.training.own import Addition, plan_additions, plan_removal
from metadata_assets_tests.training.catalogs import catalog, column, table
from metadata_assets_tests.training.conftest import Training

SHOP = catalog(table("orders", column("id"), column("amount", "numeric")))
TOTAL = Addition("sql", "SELECT sum(amount) FROM orders", question="How much?")


def add(training: Training, *additions: Addition) -> SyncOutcome:
    return training.carry_out(
        lambda rows, stamp: plan_additions(rows, additions, source=training.source, stamp=stamp)
    )


def own(training: Training) -> list[dict[str, Any]]:
    return [row for row in training.records() if row["source_type"] != "catalog"]


def test_an_added_record_is_current_and_no_sync_changes_it(training: Training) -> None:
    add(training, Addition("documentation", "In euros.", tables=("public.orders",), origin="api"))
    (before,) = own(training)
    assert (before["source_type"], before["sync_status"]) == ("api", "current")
    assert json.loads(before["metadata"])["tables"] == ["public.orders"]
    training.sync(SHOP)
    training.sync(SHOP, "full")
    training.sync(catalog(table("orders", column("id")), table("more", column("id"))))
    assert own(training) == [before]


def test_adding_the_same_again_changes_nothing_and_another_answer_the_record(
    training: Training,
) -> None:
    add(training, TOTAL)
    (before,) = own(training)
    assert add(training, TOTAL).snapshot_id is None
    better = Addition("sql", "SELECT total(amount) FROM orders", question="How much?")
    assert add(training, better).counts.modified == 1
    (after,) = own(training)
    assert after["record_id"] == before["record_id"]
    assert after["content_hash"] != before["content_hash"]


def test_what_another_record_says_already_is_refused(training: Training) -> None:
    training.sync(SHOP)
    ddl = training.record("public.orders")["content"]
    with pytest.raises(ConfigurationError, match=r"\(public.orders\) says the same already"):
        add(training, Addition("ddl", ddl))
    with pytest.raises(ConfigurationError, match="says the same already"):
        add(training, Addition("ddl", "x", name="a"), Addition("ddl", "x", name="b"))


@pytest.mark.parametrize(
    ("addition", "problem"),
    [
        ({"kind": "docs", "content": "x"}, "no manual records of the kind 'docs'"),
        ({"kind": "ddl", "content": " "}, "teaches nothing"),
        ({"kind": "sql", "content": "SELECT 1"}, "answers a question"),
        ({"kind": "ddl", "content": "x", "question": "y"}, "answers a question"),
        ({"kind": "ddl", "content": "x", "origin": "catalog"}, "no catalog records"),
    ],
)
def test_what_teaches_nothing_is_refused(addition: dict[str, str], problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        Addition(**addition)  # type: ignore[arg-type]


def test_a_removed_record_is_kept_as_deleted_and_may_be_added_again(training: Training) -> None:
    training.sync(SHOP)
    add(training, TOTAL)
    (record,) = own(training)
    training.carry_out(lambda rows, stamp: plan_removal(rows, [record["record_id"]], stamp=stamp))
    assert [(row["sync_status"], row["status_reason"]) for row in own(training)] == [
        ("deleted", "removed by hand")
    ]
    training.sync(SHOP, "full")
    assert own(training)[0]["sync_status"] == "deleted"
    assert add(training, TOTAL).counts.resurrected == 1


def test_what_follows_the_catalog_is_not_removed_by_hand(training: Training) -> None:
    training.sync(SHOP)
    named = [training.record("public.orders")["record_id"]]
    with pytest.raises(ConfigurationError, match="not a live record of someone's own"):
        training.carry_out(lambda rows, stamp: plan_removal(rows, named, stamp=stamp))
