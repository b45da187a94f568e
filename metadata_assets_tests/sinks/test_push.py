from __future__ import annotations

from metadata_assets.sinks.push import distrust
from metadata_assets_tests.sinks.conftest import Shelf, answer, ddl, record

ORDERS = ddl("orders")
TOTAL = answer("What is the total?", "SELECT 1")
WORDS = record("An order is paid at once.")


def test_a_push_teaches_every_kind_of_record(shelf: Shelf) -> None:
    shelf.records(ORDERS, TOTAL, WORDS)
    outcome = shelf.push()
    assert (outcome.trained, outcome.found, outcome.removed, outcome.unchanged) == (3, 0, 0, 0)
    assert shelf.contents == [
        "An order is paid at once.",
        "CREATE TABLE orders (id int)",
        "SELECT 1",
    ]
    assert ("sql", "What is the total?", "SELECT 1") in shelf.told


def test_a_query_without_a_question_is_taught_once(shelf: Shelf) -> None:
    shelf.records(record("SELECT 1", "sql"))
    shelf.push()
    assert distrust(shelf.index) == 1
    assert shelf.push().found == 1
    assert shelf.told == [("sql", None, "SELECT 1")]


def test_what_is_in_step_is_not_pushed_again(random_shelf: Shelf) -> None:
    random_shelf.records(ORDERS, TOTAL, WORDS)
    random_shelf.push()
    before = random_shelf.state
    assert random_shelf.push().unchanged == 3
    assert random_shelf.state == before


def test_changed_content_is_removed_and_trained_anew(shelf: Shelf) -> None:
    shelf.records(ORDERS, TOTAL, WORDS)
    shelf.push()
    shelf.records(ORDERS, TOTAL, WORDS | {"content": "An order is paid later."})
    outcome = shelf.push()
    assert (outcome.trained, outcome.removed, outcome.unchanged) == (1, 1, 2)
    assert "An order is paid later." in shelf.contents
    assert "An order is paid at once." not in shelf.contents


def test_only_current_records_are_taught(shelf: Shelf) -> None:
    shelf.records(ORDERS, TOTAL)
    shelf.push()
    shelf.records(ORDERS | {"sync_status": "deleted"}, TOTAL | {"sync_status": "outdated"})
    assert shelf.push().removed == 2
    assert shelf.contents == []


def test_two_records_that_swap_their_words_both_stay(random_shelf: Shelf) -> None:
    one, other = record("a", record_id="1"), record("b", record_id="2")
    random_shelf.records(one, other)
    random_shelf.push()
    random_shelf.records(one | {"content": "b"}, other | {"content": "a"})
    random_shelf.push()
    assert random_shelf.contents == ["a", "b"]


def test_words_that_two_records_share_are_taught_once_and_stay_for_the_other(shelf: Shelf) -> None:
    shelf.records(record("a", record_id="1"), record("a", record_id="2"))
    assert shelf.push().trained == 1
    shelf.records(record("a", record_id="2"))
    assert shelf.push().removed == 0
    assert shelf.contents == ["a"]


def test_a_sink_that_others_emptied_is_taught_again_once_it_is_distrusted(shelf: Shelf) -> None:
    shelf.records(ORDERS, TOTAL, WORDS)
    shelf.push()
    with shelf.sink.opened() as session:
        for entry in session.entries():
            if entry.kind != "sql":
                session.remove(
                    entry.external_id, "documentation" if entry.kind == "text" else entry.kind
                )
    assert shelf.push().unchanged == 3
    assert distrust(shelf.index) == 3
    outcome = shelf.push()
    assert (outcome.trained, outcome.found) == (2, 1)
    assert len(shelf.contents) == 3
