from __future__ import annotations

import json

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.quality.coverage import coverage_of
from metadata_assets.quality.golden import (
    GoldenQuery,
    golden_problems,
    judged,
    judged_queries,
    verdict_rows,
)
from metadata_assets.quality.picture import coverage_svg, data_uri
from metadata_assets_tests.quality.subjects import SHOP, golden, records, subject
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.schema.catalogs import catalog
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

TOTAL = "SELECT sum(o.amount) FROM orders o JOIN customers c ON c.id = o.customer_id"


def test_a_valid_query_tells_its_result_and_what_it_uses() -> None:
    (verdict,) = judged_queries(subject(golden_queries=golden(TOTAL)))
    assert verdict.is_valid
    assert verdict.result_columns == ("sum numeric",)
    assert verdict.uses == {
        "public.customers": ("id",),
        "public.orders": ("amount", "customer_id"),
    }


@pytest.mark.parametrize(
    ("sql", "reason", "suggestion"),
    [
        ("SELECT amuont FROM orders", 'column "amuont" does not exist', "amount"),
        ("SELECT id FROM order_s", 'relation "order_s" does not exist', "orders"),
        ("SELECT FROM WHERE", "syntax error", None),
        ("SELECT sum(amount), id FROM orders", "GROUP BY", None),
        ("DELETE FROM orders", "it does not only read", None),
        ("WITH d AS (DELETE FROM orders RETURNING id) SELECT id FROM d", "only read", None),
        ("SELECT id FROM orders FOR UPDATE SKIP LOCKED", "it does not only read", None),
        ("SELECT id FROM orders WHERE amount > $1", "it has the parameter $1", None),
        ("SELECT id FROM orders WHERE amount > :least", "it has the parameter :least", None),
    ],
)
def test_an_invalid_query_says_why_and_what_is_near(
    sql: str, reason: str, suggestion: str | None
) -> None:
    verdicts = judged_queries(subject(golden_queries=golden(sql)))
    (problem,) = golden_problems(verdicts)
    assert problem.rule == "golden_query_invalid"
    assert reason in problem.message
    assert suggestion is None or f"Did you mean {suggestion}" in problem.remedy


def test_question_and_sql_pairs_of_the_training_records_are_golden_queries_too() -> None:
    own = {"kind": "sql", "question": "How many?", "content": "SELECT count(*) FROM orders"}
    said = {"source_type": "manual", "source_id": "mine", "sync_status": "current"}
    stored = records(
        {"record_id": "a", **own, **said},
        {"record_id": "b", **own, **said, "sync_status": "deleted"},
        {"record_id": "c", **own, **said, "source_id": "golden_queries/q1"},
        {"record_id": "d", **own, **said, "source_type": "catalog"},
    )
    verdicts = judged_queries(subject(golden_queries=golden(TOTAL), records=stored))
    assert [one.golden.query_id for one in verdicts] == ["a", "q1"]


def test_a_question_that_is_asked_twice_is_told() -> None:
    asked = [
        GoldenQuery("a", "How many  orders?", "SELECT count(*) FROM orders", "x"),
        GoldenQuery("b", "how many orders?", "SELECT count(*)  FROM orders;", "x"),
        GoldenQuery("c", "Which countries?", "SELECT country FROM customers", "x"),
        GoldenQuery("d", "Which countries?", "SELECT DISTINCT country FROM customers", "x"),
    ]
    problems = golden_problems(judged(asked, subject().queries))
    assert [(problem.object, problem.rule) for problem in problems] == [
        ("golden query a", "golden_query_duplicate"),
        ("golden query c", "golden_query_conflict"),
    ]


def test_coverage_counts_what_valid_queries_use_by_domain() -> None:
    verdicts = judged_queries(
        subject(golden_queries=golden("SELECT id FROM orders", "SELECT count(*) FROM orders", "x"))
    )
    coverage = coverage_of(SHOP, verdicts)
    document = coverage.document()
    assert (document["tables_covered"], document["total_tables"]) == (1, 2)
    assert (document["columns_covered"], document["total_columns"]) == (1, 5)
    assert document["tables_percentage"] == 50
    assert document["coverage_percentage"] == 20
    assert document["uncovered_tables"] == ["public.customers"]
    assert document["uncovered_columns"][0] == {"table": "public.customers", "column": "id"}
    assert [(one["domain"], one["tables_covered"]) for one in document["domains"]] == [
        ("crm", 0),
        ("sales", 1),
    ]
    svg = coverage_svg(coverage)
    assert "50 % of 2 tables" in svg
    assert "crm" in svg
    assert data_uri(svg).startswith("data:image/svg+xml;base64,")
    assert verdict_rows(verdicts).num_rows == 3


def test_nothing_is_covered_of_a_source_without_tables() -> None:
    empty = catalog()
    assert coverage_of(empty, []).tables.percentage == 100
    assert "<svg" in coverage_svg(coverage_of(empty, []))


@needs_realdata
def test_coverage_is_what_postgres_says_of_defog_s_gold(postgres: PostgresServer) -> None:
    expected = truth("defog_coverage.json")
    for name, of in expected.items():
        told = covered(_loaded(postgres, name), name)
        unused = {
            f"{table}.{column}" for table, names in of["unused_columns"].items() for column in names
        }
        assert told == (
            (of["tables_used"], of["tables"], of["columns_used"], of["columns"]),
            set(of["unused_tables"]),
            unused,
        ), name


def covered(of: Catalog, name: str) -> tuple[tuple[int, ...], set[str], set[str]]:
    files = ("questions_gen", "instruct_basic", "instruct_advanced")
    lines = [
        json.loads(line)
        for file in files
        for line in (REALDATA / f"text2sql/defog/{file}_postgres.jsonl").read_text().splitlines()
    ]
    asked = [GoldenQuery(one["id"], "", one["sql"], "x") for one in lines if one["db"] == name]
    verdicts = judged(asked, subject(of).queries)
    assert all(one.is_valid for one in verdicts)
    coverage = coverage_of(of, verdicts)
    counts = (
        *(coverage.tables.covered, coverage.tables.total),
        *(coverage.columns.covered, coverage.columns.total),
    )
    columns = {f"{table}.{column}" for table, column in coverage.uncovered_columns}
    return counts, set(coverage.uncovered_tables), columns


def _loaded(postgres: PostgresServer, name: str) -> Catalog:
    database = PostgresDatabase(postgres.create_database())
    postgres.load(database.url, REALDATA / f"text2sql/defog/schemas/{name}.sql")
    return database.read()
