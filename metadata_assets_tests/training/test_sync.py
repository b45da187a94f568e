from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.errors import ConcurrentWrite, ConfigurationError
from metadata_assets.lake import Lake, LakeTable
from metadata_assets.training import sync
from metadata_assets.training.documents import DOCUMENTATION
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets.training.health import duplicates
from metadata_assets.training.plan import SyncCounts
from metadata_assets.training.records import RECORDS
from metadata_assets.training.request import parse_since
from metadata_assets_tests.training.catalogs import (
    catalog,
    column,
    primary_key,
    references,
    table,
    view,
    wide,
)
from metadata_assets_tests.training.conftest import NOON, Training

ORDERS = table("orders", column("id"), column("amount", "numeric"))
REFUNDS = table("refunds", column("id"))
TOTALS = view("totals", "SELECT sum(amount) FROM orders", column("sum", "numeric"))
SHOP = catalog(ORDERS, REFUNDS, TOTALS)
MANUAL = {
    "record_id": "a-manual-record",
    "kind": "documentation",
    "content": "Amounts are in euros.",
    "content_hash": "h",
    "source_type": "manual",
    "source_id": "public.orders",
    "chunk": 1,
    "sync_status": "current",
    "last_sync_attempt": NOON,
    "metadata": "{}",
}


def add_manual(training: Training, **facts: object) -> dict[str, object]:
    record = dict.fromkeys(RECORDS.schema.names) | MANUAL | facts
    training.store([*training.records(), record])
    return record


def test_a_first_sync_stores_every_record_as_current(training: Training) -> None:
    outcome = training.sync(SHOP)
    assert outcome.counts == SyncCounts(new=7)
    assert {row["sync_status"] for row in training.records()} == {"current"}
    assert sorted((row["source_id"], row["kind"]) for row in training.records()) == [
        ("public.orders", "ddl"),
        ("public.orders", "documentation"),
        ("public.refunds", "ddl"),
        ("public.refunds", "documentation"),
        ("public.totals", "ddl"),
        ("public.totals", "documentation"),
        ("public.totals", "sql"),
    ]


def test_a_sync_without_a_change_writes_nothing_at_all(training: Training) -> None:
    training.sync(SHOP)
    rows, versions = training.rows, training.versions
    outcome = training.sync(SHOP)
    assert outcome.counts == SyncCounts(unchanged=7)
    assert (outcome.snapshot_id, outcome.version) == (None, None)
    assert training.versions == versions
    assert training.rows.equals(rows)


def test_an_empty_source_is_synced_without_a_snapshot(training: Training) -> None:
    assert training.sync(catalog()).counts == SyncCounts()
    assert training.snapshots == []


def test_only_the_changed_record_is_written(training: Training) -> None:
    training.sync(SHOP)
    before = {row["record_id"]: row for row in training.records()}
    retyped = table("orders", column("id"), column("amount", "bigint"))
    outcome = training.sync(catalog(retyped, REFUNDS, TOTALS))
    assert outcome.counts == SyncCounts(modified=2, unchanged=5)
    after = {row["record_id"]: row for row in training.records()}
    assert before.keys() == after.keys()
    differing = [after[one] for one in after if after[one] != before[one]]
    assert {(row["source_id"], row["kind"]) for row in differing} == {
        ("public.orders", "ddl"),
        ("public.orders", "documentation"),
    }
    assert {row["last_sync_attempt"] for row in differing} == {training.now}
    assert {row["snapshot_id"] for row in differing} == {outcome.snapshot_id}


def test_all_kinds_are_compared_not_only_ddl(training: Training) -> None:
    training.sync(SHOP)
    reworded = table("orders", *ORDERS.columns, grain_description="one row per order")
    requeried = view("totals", "SELECT max(amount) AS sum FROM orders", *TOTALS.columns)
    changes = training.sync(catalog(reworded, REFUNDS, requeried)).changes.to_pylist()
    assert [(one["source_id"], one["kind"], one["change"]) for one in changes] == [
        ("public.orders", "ddl", "relabelled"),
        ("public.orders", "documentation", "modified"),
        ("public.totals", "ddl", "modified"),
        ("public.totals", "documentation", "relabelled"),
        ("public.totals", "sql", "modified"),
    ]


def test_a_dropped_tables_records_are_kept_as_deleted(training: Training) -> None:
    training.sync(SHOP)
    before = training.record("public.refunds")
    outcome = training.sync(catalog(ORDERS, TOTALS))
    assert outcome.counts == SyncCounts(deleted=2, unchanged=5)
    assert {row["source_id"] for row in outcome.changes.to_pylist()} == {"public.refunds"}
    deleted = training.record("public.refunds")
    assert deleted["sync_status"] == "deleted"
    assert deleted["status_reason"] == "the object is gone from the catalog"
    assert deleted["content"] == before["content"]
    assert deleted["source_version"] == before["source_version"]


def test_a_deleted_record_is_deleted_once(training: Training) -> None:
    training.sync(SHOP)
    training.sync(catalog(ORDERS, TOTALS))
    versions = training.versions
    assert training.sync(catalog(ORDERS, TOTALS)).counts == SyncCounts(unchanged=5)
    assert training.versions == versions


def test_a_dropped_table_that_returns_is_current_again(training: Training) -> None:
    training.sync(SHOP)
    before = training.record("public.refunds")
    training.sync(catalog(ORDERS, TOTALS))
    assert training.sync(SHOP).counts == SyncCounts(resurrected=2, unchanged=5)
    after = training.record("public.refunds")
    assert (after["sync_status"], after["status_reason"]) == ("current", None)
    assert after["record_id"] == before["record_id"]


def test_a_table_that_returns_different_says_what_it_is_now(training: Training) -> None:
    training.sync(SHOP)
    training.sync(catalog(ORDERS, TOTALS))
    training.sync(catalog(ORDERS, TOTALS, table("refunds", column("refund_id", "uuid"))))
    assert "refund_id uuid" in training.record("public.refunds")["content"]


def test_an_object_marked_obsolete_is_no_longer_taught(training: Training) -> None:
    training.sync(SHOP)
    obsolete = replace(REFUNDS, facts=REFUNDS.facts | {"status": "Obsolete"})
    training.sync(catalog(ORDERS, TOTALS, obsolete))
    assert training.record("public.refunds")["sync_status"] == "deleted"


def test_a_table_that_narrows_gives_up_its_last_chunk_only(training: Training) -> None:
    training.sync(catalog(wide("facts", 41)))
    training.sync(catalog(wide("facts", 40)))
    statuses = [
        (row["chunk"], row["sync_status"], row["status_reason"])
        for row in training.records(kind="ddl")
    ]
    assert statuses == [
        (1, "current", None),
        (2, "current", None),
        (3, "deleted", "the object is no longer told in this part"),
    ]


def test_a_new_reference_rewrites_the_documentation_of_the_referenced_table(
    training: Training,
) -> None:
    customers = table("customers", column("id"), keys=[primary_key("id")])
    training.sync(catalog(customers))
    child = table("orders", column("customer", "integer"),
                  keys=[references(["customer"], "customers", ["id"])])  # fmt: skip
    outcome = training.sync(catalog(customers, child))
    assert outcome.counts == SyncCounts(new=2, modified=1, relabelled=1)
    assert (
        "public.orders.customer" in training.record("public.customers", "documentation")["content"]
    )


def test_what_cannot_be_read_becomes_outdated_and_not_deleted(training: Training) -> None:
    training.sync(SHOP)
    hidden = catalog(ORDERS, TOTALS, unreadable={"public.refunds": "permission denied"})
    assert training.sync(hidden).counts == SyncCounts(outdated=2, unchanged=5)
    record = training.record("public.refunds")
    assert record["sync_status"] == "outdated"
    assert record["status_reason"] == "not readable: permission denied"
    assert training.sync(hidden).snapshot_id is None
    assert training.sync(SHOP).counts == SyncCounts(resurrected=2, unchanged=5)


def test_a_manual_record_is_never_touched(training: Training) -> None:
    manual = add_manual(training)
    training.sync(SHOP)
    training.sync(catalog())
    training.sync(SHOP, "full")
    assert training.records(source_type="manual") == [manual]


def test_a_manual_record_under_a_catalog_records_id_stands(training: Training) -> None:
    training.sync(SHOP)
    edited = training.record("public.orders") | {"source_type": "manual", "content": "mine"}
    others = [row for row in training.records() if row["record_id"] != edited["record_id"]]
    training.store([*others, edited])
    assert (
        training.sync(catalog(table("orders", column("x")), REFUNDS, TOTALS)).counts.modified == 1
    )
    assert training.record("public.orders") == edited


def test_sources_do_not_share_records(training: Training) -> None:
    training.sync(SHOP)
    other = Training(training.lake, source="demo.crm")
    other.sync(catalog(ORDERS))
    assert len(training.records(sync_status="current")) == 7
    assert not {row["record_id"] for row in other.records()} & {
        row["record_id"] for row in training.records()
    }


def test_each_record_carries_its_facts(training: Training) -> None:
    shop = catalog(table("orders", column("id"), business_domain='Sa"les'))
    training.sync(shop)
    assert training.record("public.orders")["metadata"] == (
        f'{{"business_domain":"Sa\\"les","catalog_version":"{data_version(shop)}",'
        '"extraction_query":'
        "\"SELECT * FROM delta_scan('catalog/columns') WHERE source = 'demo.shop'"
        ' AND table_fqdn = \'public.orders\'","object_type":"table"}'
    )


def test_a_full_sync_writes_every_record_anew_and_changes_no_id(training: Training) -> None:
    training.sync(SHOP)
    before = {row["record_id"]: row["content"] for row in training.records()}
    outcome = training.sync(SHOP, "full")
    assert outcome.counts == SyncCounts(rewritten=7)
    assert {row["snapshot_id"] for row in training.records()} == {outcome.snapshot_id}
    assert {row["record_id"]: row["content"] for row in training.records()} == before


def test_a_full_sync_mends_records_whose_hashes_were_lost(training: Training) -> None:
    training.sync(SHOP)
    before = training.record("public.orders")
    training.store([row | {"content_hash": None, "vanna_id": None} for row in training.records()])
    assert training.sync(SHOP, "full").counts == SyncCounts(relabelled=7)
    after = training.record("public.orders")
    assert (after["content_hash"], after["vanna_id"]) == (
        before["content_hash"],
        before["vanna_id"],
    )


@pytest.mark.parametrize("mode", ["verify", "Full", ""])
def test_an_unknown_mode_is_an_error_and_writes_nothing(training: Training, mode: str) -> None:
    with pytest.raises(ConfigurationError, match="Use one of: incremental, full"):
        training.sync(SHOP, mode)
    with pytest.raises(ConfigurationError):
        training.preview(SHOP, mode)
    assert training.versions == (None, None)


@pytest.mark.parametrize("mode", ["incremental", "full"])
def test_a_preview_says_what_the_sync_then_does_and_writes_nothing(
    training: Training, mode: str
) -> None:
    assert training.preview(SHOP, mode).counts == SyncCounts(new=7)
    assert training.versions == (None, None)
    training.sync(SHOP)
    versions = training.versions
    changed = catalog(table("orders", column("id", "bigint")), TOTALS)
    plan = training.preview(changed, mode)
    assert training.versions == versions
    outcome = training.sync(changed, mode)
    assert outcome.counts == plan.counts
    assert outcome.changes.equals(plan.changes)


def test_two_syncs_of_one_source_at_once_do_not_both_land(
    training: Training, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    training.sync(SHOP)
    derive = sync.derive_changes

    def derive_while_another_syncs(*args: object, **kwargs: object) -> pa.Table:
        monkeypatch.setattr(sync, "derive_changes", derive)
        Training(lake).sync(catalog(ORDERS, TOTALS))
        return derive(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(sync, "derive_changes", derive_while_another_syncs)
    with pytest.raises(ConcurrentWrite):
        training.sync(catalog(REFUNDS, TOTALS))
    assert training.record("public.refunds")["sync_status"] == "deleted"
    assert training.record("public.orders")["sync_status"] == "current"
    assert sorted(row["status"] for row in training.snapshots) == ["completed"] * 2 + ["failed"]


def test_since_when_narrows_what_a_full_sync_writes_and_never_what_it_finds(
    training: Training,
) -> None:
    training.sync(SHOP)
    began = training.later()
    training.sync(SHOP, "full", tables=("orders",))
    changed = catalog(ORDERS, table("refunds", column("id", "bigint")), TOTALS)
    outcome = training.sync(changed, "full", since=began)
    assert outcome.counts == SyncCounts(rewritten=3, modified=2, unchanged=2)
    assert training.verify(changed) == []
    later = catalog(ORDERS, TOTALS)
    assert training.sync(later, since=training.later()).counts.deleted == 2


@pytest.mark.parametrize(
    "text", ["2026-03-01T12:00:00Z", "2026-03-01 13:00+01:00", "2026-03-01T12"]
)
def test_a_time_is_of_utc_where_it_names_no_zone(text: str) -> None:
    assert parse_since(text) == NOON
    with pytest.raises(ConfigurationError, match="'soon' is no time"):
        parse_since("soon")


def test_golden_queries_and_documents_are_taught_as_manual_records(training: Training) -> None:
    declare(training, GOLDEN_QUERIES, query_id="total", question="How much?", sql="SELECT 1;\n")
    declare(training, DOCUMENTATION, document_id="money", title="Money", content="In euros.")
    assert training.sync(SHOP).counts == SyncCounts(new=9)
    golden = training.record("golden_queries/total", "sql")
    assert (golden["question"], golden["content"]) == ("How much?", "SELECT 1")
    assert golden["source_type"] == "manual"
    assert training.record("documentation/money", "documentation")["content"] == "Money\nIn euros."
    assert training.sync(SHOP).snapshot_id is None
    assert training.verify(SHOP) == []


def test_a_declaration_that_changes_or_goes_takes_its_record_along(training: Training) -> None:
    declare(training, GOLDEN_QUERIES, query_id="total", question="How much?", sql="SELECT 1")
    training.sync(SHOP)
    first = training.record("golden_queries/total", "sql")
    declare(training, GOLDEN_QUERIES, query_id="total", question="How much?", sql="SELECT 2")
    assert training.sync(SHOP).counts == SyncCounts(modified=1, unchanged=7)
    second = training.record("golden_queries/total", "sql")
    assert (second["record_id"], second["content"]) == (first["record_id"], "SELECT 2")
    training.lake.partition(GOLDEN_QUERIES, training.source).replace(
        GOLDEN_QUERIES.schema.empty_table()
    )
    assert training.sync(SHOP).counts == SyncCounts(deleted=1, unchanged=7)
    assert training.record("golden_queries/total", "sql")["status_reason"] == "no longer declared"


def test_a_change_of_the_catalog_touches_no_declaration(training: Training) -> None:
    declare(training, DOCUMENTATION, document_id="money", title=None, content="In euros.")
    training.sync(SHOP)
    before = training.record("documentation/money", "documentation")
    training.sync(catalog())
    training.sync(SHOP, "full", tables=("orders",))
    assert training.record("documentation/money", "documentation") == before


def test_what_a_manual_record_says_already_is_not_derived_too(training: Training) -> None:
    training.sync(SHOP)
    ddl = training.record("public.orders")
    training.store([row for row in training.records() if row["record_id"] != ddl["record_id"]])
    facts = {"record_id": "mine", "kind": "ddl", "content": ddl["content"]}
    add_manual(training, **facts, content_hash=ddl["content_hash"])
    training.sync(SHOP, "full")
    assert duplicates(training.rows).num_rows == 0
    assert training.sync(SHOP).snapshot_id is None
    training.store(training.records(source_type="catalog"))
    training.sync(SHOP)
    assert training.record("public.orders")["content"] == ddl["content"]


def test_other_values_in_a_column_make_another_text(training: Training) -> None:
    training.sync(SHOP)
    declare(training, PROFILES, table_fqdn="public.orders", column_name="id", top_values=["7"])
    assert training.sync(SHOP).counts == SyncCounts(modified=1, relabelled=1, unchanged=5)
    text = training.record("public.orders", "documentation")["content"]
    assert "- id integer, values seen: 7" in text
    assert training.sync(SHOP).snapshot_id is None


def declare(training: Training, table: LakeTable, **columns: object) -> None:
    row = dict.fromkeys(table.schema.names) | columns
    training.lake.partition(table, training.source).replace(
        pa.Table.from_pylist([row], schema=table.schema)
    )
