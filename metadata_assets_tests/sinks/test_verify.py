from __future__ import annotations

from metadata_assets.sinks.verify import verify_index
from metadata_assets_tests.sinks.conftest import Shelf, answer, ddl, record


def differences(shelf: Shelf) -> list[tuple[str, str | None]]:
    return [(row["change"], row["record_id"]) for row in verify_index(shelf.index).to_pylist()]


def test_an_index_in_step_has_no_difference(random_shelf: Shelf) -> None:
    random_shelf.records(ddl("orders"), answer("How many?", "SELECT 1"), record("words"))
    random_shelf.push()
    assert differences(random_shelf) == []


def test_every_way_to_be_out_of_step_is_told(shelf: Shelf) -> None:
    kept, gone = record("kept", record_id="1"), record("gone", record_id="2")
    copy = Shelf(shelf.lake, shelf.sink, "demo.copy", locks=shelf.locks)
    copy.records(record("theirs"))
    copy.push()
    shelf.records(kept, gone, record("lost", record_id="3"))
    shelf.push()
    with shelf.sink.opened() as session:
        (lost,) = (one for one in session.entries() if one.content == "lost")
        session.remove(lost.external_id, "documentation")
        session.train(shelf.lesson("by hand"))
    shelf.records(kept, gone | {"sync_status": "deleted"}, record("lost", record_id="3"))
    assert sorted(differences(shelf), key=str) == [
        ("missing", "3"),
        ("stale", "2"),
        ("unknown", None),
    ]


def test_copies_of_one_entry_are_told(random_shelf: Shelf) -> None:
    random_shelf.records(record("words", record_id="1"))
    random_shelf.push()
    with random_shelf.sink.opened() as session:
        session.train(random_shelf.lesson("words"))
    assert differences(random_shelf) == [("duplicate", "1")]
