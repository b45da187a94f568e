from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.control.ingest import IngestOutcome
from metadata_assets.lake import LakeTable
from metadata_assets.training.documents import DOCUMENTATION
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets_tests.control.conftest import Desk

ABOUT = {
    "annotations": """
        kind: annotations
        source: shop.s
        tables:
          - table: sales.orders
            description: What customers bought
            business_domain: sales
            owner: team-sales
            grain: one row an order
            status: active
            tags: [core]
            columns:
              - {column: id, description: Number of the order}
              - {column: email, pii: "yes", tags: [contact]}
          - table: sales.carts
            columns: [{column: id}]
        """,
    "golden_queries": """
        kind: golden_queries
        source: shop.s
        queries:
          - {id: revenue, question: How much?, sql: SELECT sum(total) FROM sales.orders, tags: [a]}
          - {id: orders, question: How many?, sql: SELECT count(*) FROM sales.orders}
        """,
    "glossary": """
        kind: glossary
        source: shop.s
        terms:
          - term: Umsatz (brutto)
            definition: What was billed
            synonyms: [revenue]
            tables: [sales.orders]
            columns: [sales.orders.total]
            sql: sum(total)
            broader: money
          - {term: money, definition: Currency}
        """,
    "documentation": """
        kind: documentation
        source: shop.s
        documents:
          - {id: returns, title: Returns, content: "After 30 days, none.", tables: [sales.orders]}
        """,
}
TABLES: dict[str, LakeTable] = {
    "annotations": ANNOTATIONS,
    "golden_queries": GOLDEN_QUERIES,
    "glossary": GLOSSARY,
    "documentation": DOCUMENTATION,
}
KINDS = list(ABOUT)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A desk whose control table has the source shop.s."""
    desk.declare("shop.yaml", "s")
    return desk


def rows(desk: Desk, kind: str) -> list[dict[str, Any]]:
    return desk.control.lake.read(TABLES[kind], "shop.s").to_pylist()


def knowledge(outcome: IngestOutcome) -> dict[str, int]:
    return {effect: n for effect, n in outcome.plan.knowledge.counts().items() if n}


def edit(desk: Desk, kind: str, predicate: str, **columns: str) -> None:
    location = f"{desk.control.lake.uri}/{TABLES[kind].name}"
    DeltaTable(location).update(predicate=predicate, updates=columns)


def versions(desk: Desk) -> list[int | None]:
    return [desk.control.lake.version(table) for table in TABLES.values()]


def test_annotations_are_a_row_a_table_and_a_row_a_column(shop: Desk) -> None:
    shop.write("about.yaml", ABOUT["annotations"])
    assert knowledge(shop.ingest()) == {"inserted": 4}
    carts, table, email, number = sorted(
        rows(shop, "annotations"), key=lambda row: (row["table_fqdn"], row["column_name"] or "")
    )
    assert (carts["column_name"], carts["tags"]) == ("id", [])
    assert table["column_name"] is None
    assert table["grain_description"] == "one row an order"
    assert (table["business_domain"], table["owner"]) == ("sales", "team-sales")
    assert (table["status"], table["tags"], table["pii"]) == ("active", ["core"], None)
    assert (email["pii"], email["tags"]) == (True, ["contact"])
    assert (number["description"], number["origin"]) == ("Number of the order", "yaml:about.yaml")


def test_golden_queries_glossary_and_documentation_are_a_row_each(shop: Desk) -> None:
    for kind in KINDS[1:]:
        shop.write(f"{kind}.yaml", ABOUT[kind])
    assert knowledge(shop.ingest()) == {"inserted": 5}
    assert [row["query_id"] for row in rows(shop, "golden_queries")] == ["orders", "revenue"]
    term = next(row for row in rows(shop, "glossary") if row["broader"])
    assert (term["term"], term["broader"]) == ("Umsatz (brutto)", "money")
    assert (term["synonyms"], term["columns"]) == (["revenue"], ["sales.orders.total"])
    (document,) = rows(shop, "documentation")
    assert (document["title"], document["tables"]) == ("Returns", ["sales.orders"])


def test_the_same_files_twice_write_nothing(shop: Desk) -> None:
    for kind in KINDS:
        shop.write(f"{kind}.yaml", ABOUT[kind])
    shop.ingest()
    before = versions(shop)
    assert knowledge(shop.ingest()) == {}
    assert versions(shop) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_renamed_file_changes_nothing_but_the_origin(shop: Desk, kind: str) -> None:
    path = shop.write("a.yaml", ABOUT[kind])
    shop.ingest()
    before = rows(shop, kind)
    path.rename(shop.drops / "b.yaml")
    assert knowledge(shop.ingest()) == {"relinked": len(before)}
    assert rows(shop, kind) == [row | {"origin": "yaml:b.yaml"} for row in before]


@pytest.mark.parametrize("kind", KINDS)
def test_a_removed_file_takes_its_rows_with_it_and_no_others(shop: Desk, kind: str) -> None:
    path = shop.write("a.yaml", ABOUT[kind])
    shop.write("b.yaml", ABOUT[kind].replace("shop.s", "shop.t"))
    shop.declare("shop.yaml", "s", "t")
    count = knowledge(shop.ingest())["inserted"] // 2
    path.unlink()
    assert knowledge(shop.ingest()) == {"removed": count}
    assert rows(shop, kind) == []
    assert shop.control.lake.read(TABLES[kind], "shop.t").num_rows == count


def test_an_edited_and_a_removed_row_are_updated_and_deleted(shop: Desk) -> None:
    shop.write("a.yaml", ABOUT["golden_queries"])
    shop.ingest()
    text = ABOUT["golden_queries"].replace("How many?", "How many orders?")
    shop.write("a.yaml", text.replace("- {id: revenue,", "- {id: sales,"))
    assert knowledge(shop.ingest()) == {"inserted": 1, "updated": 1, "removed": 1}
    assert [row["query_id"] for row in rows(shop, "golden_queries")] == ["orders", "sales"]


def test_a_direct_edit_survives_and_one_on_both_sides_is_a_conflict(shop: Desk) -> None:
    shop.write("a.yaml", ABOUT["golden_queries"])
    shop.ingest()
    edit(shop, "golden_queries", "query_id = 'orders'", question="'Count?'")
    assert knowledge(shop.ingest()) == {}
    shop.write("a.yaml", ABOUT["golden_queries"].replace("How many?", "How many orders?"))
    outcome = shop.ingest()
    (conflict,) = outcome.plan.conflicts
    assert str(conflict).startswith("a.yaml:6: golden_queries shop.s orders was changed here and")
    assert rows(shop, "golden_queries")[0]["question"] == "Count?"


def test_a_row_edited_in_the_table_outlives_its_file_as_a_conflict(shop: Desk) -> None:
    path = shop.write("a.yaml", ABOUT["golden_queries"])
    shop.ingest()
    edit(shop, "golden_queries", "query_id = 'orders'", question="'Count?'")
    path.unlink()
    outcome = shop.ingest()
    assert knowledge(outcome) == {"removed": 1}
    assert [str(conflict).split(",")[0] for conflict in outcome.plan.conflicts] == [
        "a.yaml: golden_queries shop.s orders was taken out of the file"
    ]
    assert [row["query_id"] for row in rows(shop, "golden_queries")] == ["orders"]


def test_a_bad_file_leaves_what_it_said_before(shop: Desk) -> None:
    shop.write("a.yaml", ABOUT["glossary"])
    shop.ingest()
    shop.write("a.yaml", ABOUT["glossary"].replace("definition: Currency", "defintion: Currency"))
    outcome = shop.ingest()
    assert knowledge(outcome) == {}
    assert len(rows(shop, "glossary")) == 2
    assert "Did you mean `definition`?" in str(outcome.plan.errors)


def test_a_file_about_an_undeclared_source_waits_until_it_is_declared(shop: Desk) -> None:
    shop.write("a.yaml", ABOUT["glossary"].replace("shop.s", "shop.tt"))
    waiting = shop.ingest()
    assert [str(error) for error in waiting.plan.errors] == [
        "a.yaml:3:9: the source shop.tt is not declared, so the file waits. "
        "Did you mean `shop.s`? Declare it in a drop of `kind: modules`."
    ]
    shop.insert(module_name="shop", source_id="tt")
    assert knowledge(shop.ingest()) == {"inserted": 2}


def test_what_is_said_of_a_deactivated_source_stays(shop: Desk) -> None:
    shop.write("a.yaml", ABOUT["glossary"])
    shop.ingest()
    shop.declare("shop.yaml", "s: 1 off")
    assert shop.ingest().plan.errors == ()
    assert len(rows(shop, "glossary")) == 2


def test_one_row_in_two_files_is_refused_naming_both(shop: Desk) -> None:
    shop.write("a.yaml", ABOUT["annotations"])
    shop.write(
        "b.yaml",
        """
        kind: annotations
        source: shop.s
        tables:
          - table: sales.orders
            columns:
              - {column: email, pii: no}
              - {column: total, description: Gross}
        """,
    )
    outcome = shop.ingest()
    assert [str(error) for error in outcome.plan.errors] == [
        "b.yaml:7:9: annotations: sales.orders.email is declared twice, first at a.yaml:14. "
        "Rename or remove one of them."
    ]
    assert knowledge(outcome) == {"inserted": 4}


def test_two_files_may_annotate_one_table(shop: Desk) -> None:
    shop.write("a.yaml", ABOUT["annotations"])
    shop.write(
        "b.yaml",
        "kind: annotations\nsource: shop.s\ntables:\n- table: sales.orders\n  columns:\n"
        "  - {column: total, description: Gross}\n",
    )
    assert knowledge(shop.ingest()) == {"inserted": 5}


def test_every_problem_of_a_file_is_told_at_its_place(shop: Desk) -> None:
    shop.write(
        "a.yaml",
        """\
        kind: golden_queries
        source: shop
        queries:
          - {id: a, question: "", sql: SELECT 1, tag: [x]}
          - {id: a, question: Why?, sql: SELECT 2, tags: x}
          - {question: 7, sql: SELECT 3}
        """,
    )
    assert [str(error).split(". ")[0] for error in shop.ingest().plan.errors] == [
        "a.yaml:2:9: `source`: should name a source as `module.source_id`",
        "a.yaml:4:23: `question` should not be empty",
        "a.yaml:4:42: unknown key `tag`",
        "a.yaml:5:5: golden_queries: a is declared twice, first at line 4",
        "a.yaml:5:50: `tags` should be a list",
        "a.yaml:6:5: `id` is missing",
        "a.yaml:6:16: `question` should be text",
    ]


def test_moving_a_row_to_another_file_neither_removes_nor_doubles_it(shop: Desk) -> None:
    shop.write("a.yaml", ABOUT["glossary"])
    shop.write("b.yaml", "kind: glossary\nsource: shop.s\nterms: []\n")
    shop.ingest()
    text = ABOUT["glossary"].replace("          - {term: money, definition: Currency}\n", "")
    shop.write("a.yaml", text)
    shop.write(
        "b.yaml", "kind: glossary\nsource: shop.s\nterms:\n- {term: money, definition: Coins}\n"
    )
    assert knowledge(shop.ingest()) == {"updated": 1}
    money = next(row for row in rows(shop, "glossary") if row["term"] == "money")
    assert (money["definition"], money["origin"]) == ("Coins", "yaml:b.yaml")


def test_many_sources_are_one_commit_a_kind(desk: Desk) -> None:
    sources = [f"s{n}" for n in range(30)]
    desk.declare("shop.yaml", *sources)
    for source in sources:
        desk.write(f"{source}.yaml", ABOUT["glossary"].replace("shop.s", f"shop.{source}"))
    assert knowledge(desk.ingest()) == {"inserted": 60}
    assert desk.control.lake.version(GLOSSARY) == 1
    text = Path(desk.drops / "s7.yaml").read_text(encoding="utf-8")
    desk.write("s7.yaml", text.replace("Currency", "Coins"))
    assert knowledge(desk.ingest()) == {"updated": 1}
    assert desk.control.lake.read_all(GLOSSARY).num_rows == 60
