from __future__ import annotations

from collections import Counter
from pathlib import Path

from metadata_assets.lake import Lake
from metadata_assets.sinks.adopt import Found, look_into, look_into_own, note_adopted
from metadata_assets.sinks.vanna import VannaSink
from metadata_assets.sinks.verify import verify_index
from metadata_assets.training.commit import ChangeNote, commit_change
from metadata_assets.training.own import plan_additions
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.sinks.conftest import NOON, Shelf, ddl, record
from metadata_assets_tests.sinks.stores import RandomIds

NOTE = ChangeNote("import", "v1", "run", NOON)


def taught_by_hand(shelf: Shelf) -> None:
    """A sink that someone taught before: what the catalog says, what it said, and their own."""
    with shelf.sink.opened() as session:
        for lesson in (
            shelf.lesson("CREATE TABLE orders (id int)", "ddl"),
            shelf.lesson("CREATE TABLE gone (id int)", "ddl"),
            shelf.lesson("SELECT count(*) FROM orders", "sql", question="How many orders?"),
            shelf.lesson("An order is final."),
        ):
            session.train(lesson)
    shelf.records(ddl("orders"), ddl("gone", sync_status="deleted"), ddl("refunds"))


def add(shelf: Shelf, found: Found) -> None:
    """Make records of what is new."""
    commit_change(
        shelf.lake,
        shelf.source,
        lambda rows, stamp: plan_additions(rows, found.additions, source=shelf.source, stamp=stamp),
        NOTE,
    )


def adopt(shelf: Shelf) -> Found:
    found = look_into_own(shelf.index)
    note_adopted(shelf.index, found, now=NOON)
    add(shelf, found)
    return found


def manual(shelf: Shelf) -> dict[str, str]:
    """The manual records: their kind, and what they say."""
    rows = shelf.lake.read(RECORDS, shelf.source).to_pylist()
    return {row["content"]: row["kind"] for row in rows if row["source_type"] == "manual"}


def test_a_set_is_adopted_without_teaching_anything_again(shelf: Shelf) -> None:
    taught_by_hand(shelf)
    found = adopt(shelf)
    assert found.counts == {"new": 2, "recognised": 1, "former": 1, "copy": 0, "empty": 0}
    assert manual(shelf) == {
        "SELECT count(*) FROM orders": "sql",
        "An order is final.": "documentation",
    }
    pushed = shelf.push()
    assert (pushed.trained, pushed.found, pushed.removed) == (1, 3, 1)
    assert Counter(shelf.contents).most_common(1)[0][1] == 1
    assert verify_index(shelf.index).num_rows == 0
    assert adopt(shelf).entries.num_rows == 0


def test_an_adoption_that_ended_early_loses_nothing_and_is_done_again(random_shelf: Shelf) -> None:
    taught_by_hand(random_shelf)
    note_adopted(random_shelf.index, look_into_own(random_shelf.index), now=NOON)
    random_shelf.push()
    assert {"An order is final.", "SELECT count(*) FROM orders"} <= set(random_shelf.contents)
    adopt(random_shelf)
    assert random_shelf.push().trained == 0
    assert len(manual(random_shelf)) == 2


def test_an_adopted_record_that_is_found_to_be_broken_is_taken_out(random_shelf: Shelf) -> None:
    taught_by_hand(random_shelf)
    adopt(random_shelf)
    rows = random_shelf.lake.read(RECORDS, random_shelf.source).to_pylist()
    broken = [row | {"sync_status": "outdated"} if row["kind"] == "sql" else row for row in rows]
    random_shelf.records(*broken)
    random_shelf.push()
    assert "SELECT count(*) FROM orders" not in random_shelf.contents
    assert verify_index(random_shelf.index).num_rows == 0


def test_copies_become_one_record(lake: Lake, tmp_path: Path) -> None:
    store = RandomIds(tmp_path)
    for _ in range(3):
        store.train(documentation="An order is final.")
    shelf = Shelf(lake, VannaSink("mine", lambda: store), locks=tmp_path)
    assert adopt(shelf).counts["copy"] == 2
    assert manual(shelf) == {"An order is final.": "documentation"}
    shelf.push()
    assert shelf.contents == ["An order is final."]


def test_what_another_vanna_was_taught_is_taught_to_the_sink(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = RandomIds(tmp_path / "other")
    other.train(documentation="An order is final.")
    shelf = Shelf(lake, VannaSink("mine", lambda: RandomIds(tmp_path)), locks=tmp_path)
    shelf.records(record("known"))
    found = look_into(VannaSink("other", lambda: other), lake, shelf.source)
    add(shelf, found)
    shelf.push()
    assert shelf.contents == ["An order is final.", "known"]
