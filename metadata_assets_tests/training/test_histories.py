"""Whatever happens to a catalog, the records follow it: random histories of catalogs and syncs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets.training.edits import Edit, edited_records, plan_edits
from metadata_assets.training.health import duplicates
from metadata_assets.training.records import DERIVED, RECORDS
from metadata_assets_tests.training.catalogs import (
    Table,
    catalog,
    column,
    primary_key,
    references,
    table,
    view,
    wide,
)
from metadata_assets_tests.training.conftest import NOON, Training, derived

SHARED = [n for n in DERIVED.names if n in RECORDS.schema.names and n != "source_type"]

# A sync takes a while, and the catalogs drawn are small: an example that fails needs no shrinking.
HISTORIES = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
MANUAL = dict.fromkeys(RECORDS.schema.names) | {
    "record_id": "manual", "kind": "documentation", "content": "by hand", "source_type": "manual",
    "source_id": "public.a", "chunk": 1, "sync_status": "current", "last_sync_attempt": NOON,
}  # fmt: skip

columns = st.lists(
    st.builds(
        column,
        st.sampled_from(["id", "Total", "order", 'q"', "née"]),
        st.sampled_from(["integer", "text", "numeric(4,2)"]),
        nullable=st.booleans(),
        comment=st.sampled_from([None, "", "a\nb"]),
        pii=st.booleans(),
        default_expr=st.sampled_from([None, "'x'"]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.name,
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    name = draw(st.sampled_from(["a", "b", "c d", "e.f"]))
    facts = {
        "comment": draw(st.sampled_from([None, "words"])),
        "business_domain": draw(st.sampled_from([None, "Sales"])),
        "status": draw(st.sampled_from([None, "In Use", "Obsolete"])),
    }
    shape = draw(st.sampled_from(["table", "view", "wide"]))
    if shape == "wide":
        return wide(name, draw(st.integers(19, 42)), keys=[primary_key("c2")], **facts)
    if shape == "view":
        query = draw(st.sampled_from(["SELECT 1 AS id", "SELECT 2 AS id", None]))
        return view(name, query, column("id"), **facts)
    drawn = draw(columns)
    keys = [primary_key(drawn[0].name)]
    if draw(st.booleans()):
        keys.append(references([drawn[0].name], draw(st.sampled_from(["a", "b", "gone"])), ["id"]))
    return table(name, *drawn, keys=keys, **facts)


catalogs = st.lists(tables(), max_size=3, unique_by=lambda one: one.name).map(
    lambda drawn: catalog(*drawn)
)


@HISTORIES
@given(
    st.lists(st.tuples(catalogs, st.sampled_from(["incremental", "full"])), min_size=1, max_size=3)
)
def test_after_any_history_the_records_are_what_the_last_catalog_says(
    history: list[tuple[Catalog, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        training = Training(Lake(folder))
        manual = pa.Table.from_pylist([MANUAL], schema=RECORDS.schema)
        training.lake.partition(RECORDS, training.source).replace(manual)
        identities: dict[str, tuple[Any, ...]] = {}
        for one, mode in history:
            outcome = training.sync(one, mode)
            rows = training.rows
            assert live(rows) == told_now(one)
            assert training.records(source_type="manual") == [MANUAL]
            assert duplicates(rows).num_rows == 0
            assert outcome.counts.changed == outcome.changes.num_rows
            for row in rows.to_pylist():
                named = (row["kind"], row["source_id"], row["chunk"])
                assert identities.setdefault(row["record_id"], named) == named
        versions = training.versions
        assert training.sync(history[-1][0]).snapshot_id is None
        assert training.versions == versions


Step = Callable[[Training], None]


def synced(one: Catalog, mode: str, kinds: tuple[str, ...]) -> Step:
    return lambda training: void(training.sync(one, mode, kinds=kinds))


def edited(place: int, words: str) -> Step:
    def step(training: Training) -> None:
        stored = training.records(source_type="catalog")
        if stored:
            record = stored[place % len(stored)]["record_id"]
            # Of one record each: two that a person makes say the same are duplicates.
            edit = Edit(record, f"{words} of {record}")
            training.carry_out(lambda rows, stamp: plan_edits(rows, [edit], stamp=stamp))

    return step


def rolled_back(place: int) -> Step:
    def step(training: Training) -> None:
        completed = [row for row in training.snapshots if row["status"] == "completed"]
        if completed:
            training.rollback(completed[place % len(completed)]["snapshot_id"])

    return step


def void(_: object) -> None: ...


places = st.integers(0, 9)
steps = st.one_of(
    st.builds(
        synced,
        catalogs,
        st.sampled_from(["incremental", "full"]),
        st.sampled_from([(), ("ddl",), ("documentation", "sql")]),
    ),
    st.builds(edited, places, st.sampled_from(["by hand", "otherwise"])),
    st.builds(rolled_back, places),
)


@HISTORIES
@given(catalogs, st.lists(steps, min_size=2, max_size=5), catalogs)
def test_after_syncs_edits_and_rollbacks_one_sync_makes_all_true_but_the_edits(
    first: Catalog, between: list[Step], last: Catalog
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        training = Training(Lake(folder))
        manual = pa.Table.from_pylist([MANUAL], schema=RECORDS.schema)
        training.lake.partition(RECORDS, training.source).replace(manual)
        training.sync(first)
        for step in between:
            step(training)
        by_hand = words(training)
        training.sync(last)
        assert {difference for _, _, difference in training.verify(last)} <= {"edited"}
        told = {row["record_id"]: row["content_hash"] for row in told_now(last)}
        assert by_hand.items() <= (words(training) | agreed(training, told, by_hand)).items()
        assert training.records(source_type="manual") == [MANUAL]
        assert duplicates(training.rows).num_rows == 0
        assert training.sync(last).snapshot_id is None


def words(training: Training) -> dict[str, str]:
    """What hand-edited records say."""
    ids = set(edited_records(training.rows)["record_id"].to_pylist())
    return {
        row["record_id"]: row["content"] for row in training.records() if row["record_id"] in ids
    }


def agreed(training: Training, told: dict[str, str], by_hand: dict[str, str]) -> dict[str, str]:
    """Edited records that are deleted now, or that the catalog came to agree with."""
    return {
        row["record_id"]: row["content"]
        for row in training.records()
        if row["record_id"] in by_hand
        and (row["sync_status"] == "deleted" or told.get(row["record_id"]) == row["content_hash"])
    }


def live(rows: pa.Table) -> list[dict[str, Any]]:
    return [
        row
        for row in rows.select([*SHARED, "sync_status", "source_type"]).to_pylist()
        if (row.pop("sync_status"), row.pop("source_type")) == ("current", "catalog")
    ]


def told_now(one: Catalog) -> list[dict[str, Any]]:
    rows = derived(one).select(SHARED).to_pylist()
    return sorted(rows, key=lambda row: (row["source_id"], row["kind"], row["chunk"]))
