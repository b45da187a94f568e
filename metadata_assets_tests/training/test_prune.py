from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
import sqlglot
from typer.testing import CliRunner

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.cli import app
from metadata_assets.lake import Lake
from metadata_assets.training.context.documents import DOCUMENTS
from metadata_assets.training.context.render import Format, tokens_of
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets.training.prune import Pruned, Pruner, Request, open_pruner, pruner_of
from metadata_assets_tests.benchmarks.prune import recall
from metadata_assets_tests.home import Home
from metadata_assets_tests.realdata import needs_realdata
from metadata_assets_tests.schema.catalogs import (
    catalog,
    column,
    foreign_key,
    primary_key,
    stored,
    table,
)
from metadata_assets_tests.training.questions import defog_questions, everything


def shop() -> Catalog:
    return catalog(
        table(
            "customers",
            column("id"),
            column("full_name", "text", comment="How the customer wants to be called"),
            column("city", "text"),
            constraints=[primary_key("id")],
            comment="People who bought something",
        ),
        table(
            "orders",
            column("id"),
            column("customer", comment="Who ordered"),
            column("total", "numeric(12,2)", comment="Gross amount"),
            *(column(f"attribute_{n}", "text") for n in range(20)),
            constraints=[primary_key("id"), foreign_key("customer", "customers")],
        ),
        table(
            "items",
            column("order"),
            column("product"),
            constraints=[foreign_key("order", "orders"), foreign_key("product", "products")],
        ),
        table("products", column("id"), column("title", "text"), constraints=[primary_key("id")]),
        *(table(f"archive_{n}", column("payload", "text"), schema="old") for n in range(60)),
    )


@pytest.fixture(scope="module")
def pruner() -> Pruner:
    return pruner_of(shop(), "postgres")


def names(pruned: Pruned) -> list[str]:
    return [table.table_name for table in pruned.tables]


def test_what_a_question_names_comes_first_and_the_budget_is_kept(pruner: Pruner) -> None:
    pruned = pruner.prune(Request("Total of all orders by city of the customer", max_tokens=300))
    assert set(names(pruned)[:2]) == {"customers", "orders"}
    assert tokens_of(pruned.text) == pruned.tokens <= 300 < pruned.full_tokens


def test_the_same_question_is_always_answered_alike(pruner: Pruner) -> None:
    request = Request("which products were ordered", max_tokens=400)
    assert pruner.prune(request) == pruner.prune(request)


def test_tables_on_the_way_between_chosen_ones_are_told_with_the_keys_that_join_them(
    pruner: Pruner,
) -> None:
    pruned = pruner.prune(Request("city of customers and title of products", max_tokens=400))
    told = {table.table_name: table for table in pruned.tables}
    assert {"orders", "items"} <= told.keys()
    assert "on the way from" in " ".join(told["items"].reasons)
    assert {"id", "customer"} <= {one.name for one in told["orders"].columns}


def test_a_wide_table_that_does_not_fit_is_told_by_its_keys_and_what_was_asked(
    pruner: Pruner,
) -> None:
    pruned = pruner.prune(Request("gross amount of orders", max_tokens=120, include=("orders",)))
    (orders,) = pruned.tables
    assert {"id", "customer", "total"} <= {one.name for one in orders.columns}
    assert len(orders.columns) < orders.column_count == 23


def test_tables_and_columns_can_be_limited(pruner: Pruner) -> None:
    question = "orders of customers"
    only = pruner.prune(Request(question, include=("public.*",), exclude=("customers",)))
    assert set(names(only)) == {"orders", "items", "products"}
    few = pruner.prune(Request(question, columns=1, include=("orders",)))
    assert len(few.tables[0].columns) == 3


def test_every_choice_is_explained(pruner: Pruner) -> None:
    pruned = pruner.prune(Request("gross amount of orders"))
    orders = next(table for table in pruned.tables if table.table_name == "orders")
    assert "its name: order" in orders.reasons
    reasons = {one.name: one.reasons for one in orders.columns}
    assert reasons["total"] == ("words: amount, gross",)
    assert reasons["id"] == ("key",)
    assert all(table.reasons for table in pruned.tables)


@pytest.mark.parametrize("form", ["ddl", "compact", "json"])
def test_each_format_can_be_read(pruner: Pruner, form: Format) -> None:
    pruned = pruner.prune(Request("orders of customers", form=form, include=("public.*",)))
    if form == "json":
        told: list[dict[str, Any]] = json.loads(pruned.text)
        assert {one["table"] for one in told} >= {"public.orders", "public.customers"}
    elif form == "ddl":
        text = pruned.text.replace(",\n)", "\n)")
        assert all(sqlglot.parse(text, read="postgres", error_level=sqlglot.ErrorLevel.IGNORE))
        assert '"order" integer' in text
        assert "-- People who bought something" in text
    else:
        assert "customer integer -> public.customers.id" in pruned.text


def test_no_foreign_key_names_a_table_that_is_not_told(pruner: Pruner) -> None:
    for budget in range(30, 400, 10):
        pruned = pruner.prune(Request("orders of customers and products", max_tokens=budget))
        assert pruned.tokens <= budget
        told = {table.fqdn for table in pruned.tables}
        assert all(key.table in told for table in pruned.tables for key in table.references)


@pytest.mark.parametrize("question", ["", "?!", "§§ 😀 zzzz"])
def test_a_question_without_a_known_word_is_answered_too(pruner: Pruner, question: str) -> None:
    assert pruner.prune(Request(question, max_tokens=200)).tables


def test_an_empty_source_has_nothing_to_tell() -> None:
    pruned = pruner_of(catalog(), "postgres").prune(Request("anything"))
    assert (pruned.tables, pruned.text, pruned.full_tokens) == ((), "", 0)


def test_the_glossary_golden_questions_and_values_point_to_tables(lake: Lake) -> None:
    lake.partition(GLOSSARY, "s").replace(
        rows(
            GLOSSARY.schema,
            term="Turnover",
            synonyms=["top line"],
            tables=[],
            columns=["public.orders.total"],
        )
    )
    lake.partition(GOLDEN_QUERIES, "s").replace(
        rows(
            GOLDEN_QUERIES.schema,
            query_id="q",
            question="Which wares are bestsellers?",
            sql="SELECT title FROM products",
        )
    )
    lake.partition(PROFILES, "s").replace(
        rows(
            PROFILES.schema,
            table_fqdn="public.customers",
            column_name="city",
            top_values=["Aberdeen"],
        )
    )
    pruner = open_pruner(lake, "s", shop(), stored(shop(), "postgres"))
    by_term = pruner.prune(Request("the top line of last year", max_tokens=200))
    assert (names(by_term)[0], by_term.glossary) == ("orders", ("Turnover",))
    assert names(pruner.prune(Request("bestseller wares", max_tokens=100)))[0] == "products"
    assert names(pruner.prune(Request("how many in Aberdeen", max_tokens=100)))[0] == "customers"


def test_what_answered_a_question_before_is_told_first_whatever_it_is_called(lake: Lake) -> None:
    of = catalog(
        table("warehouses", column("id"), column("name", "text"), comment="Warehouse by warehouse"),
        *(table(f"warehouse_{n}", column("id"), column("warehouse", "text")) for n in range(40)),
        table("emp", column("sal", "numeric"), column("wh"), schema="hr"),
    )
    sql = "SELECT w.name, sum(e.sal) FROM hr.emp e JOIN warehouses w ON w.id = e.wh GROUP BY 1"
    lake.partition(GOLDEN_QUERIES, "s").replace(
        rows(GOLDEN_QUERIES.schema, query_id="q", question="Payroll by warehouse?", sql=sql)
    )
    pruner = open_pruner(lake, "s", of, stored(of, "postgres"))
    told = pruner.prune(Request("the payroll of each warehouse", max_tokens=100))
    assert {"warehouses", "emp"} <= set(names(told))
    (emp,) = (one for one in told.tables if one.table_name == "emp")
    assert emp.reasons[0] == "golden question: Payroll by warehouse?"
    assert names(pruner.prune(Request("warehouse names", max_tokens=100)))[0] != "emp"


def test_documents_are_made_anew_only_where_something_changed(lake: Lake) -> None:
    schema = stored(shop(), "postgres")
    open_pruner(lake, "s", shop(), schema)
    version = lake.version(DOCUMENTS)
    before = {row["table_fqdn"]: row for row in lake.read(DOCUMENTS, "s").to_pylist()}
    open_pruner(lake, "s", shop(), schema)
    assert lake.version(DOCUMENTS) == version
    profile = rows(
        PROFILES.schema,
        table_fqdn="public.customers",
        column_name="city",
        sample_values=["Aberdeen"],
    )
    lake.partition(PROFILES, "s").replace(profile)
    open_pruner(lake, "s", shop(), schema)
    after = {row["table_fqdn"]: row for row in lake.read(DOCUMENTS, "s").to_pylist()}
    assert [name for name in after if after[name] != before[name]] == ["public.customers"]


def rows(schema: pa.Schema, **values: Any) -> pa.Table:
    row = {name: values.get(name) for name in schema.names}
    return pa.Table.from_pylist([row], schema=schema)


@needs_realdata
def test_real_questions_get_the_tables_and_columns_they_need() -> None:
    pruner = pruner_of(everything(), "postgres")
    questions = defog_questions()
    full = pruner.prune(Request("", max_tokens=1)).full_tokens
    for budget, tables, columns in ((int(0.4 * full), 0.98, 0.95), (2000, 0.95, 0.95)):
        told = recall(pruner, questions, budget)
        assert told.tables >= tables, told
        assert told.columns >= columns, told
        assert told.tokens <= 0.4, told


def test_the_command_prints_what_a_prompt_needs_and_says_why(home: Home) -> None:
    home.drop(
        "shop.yaml",
        home.sqlite(
            "shop",
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, city TEXT)",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, total NUMERIC,"
            " customer INTEGER REFERENCES customers (id))",
        ),
    )
    home.sync()
    asked = ["context", "total by city", "--source", "m.shop"]
    result = CliRunner().invoke(app, [*asked, "--explain"])
    assert result.exit_code == 0, result.output
    assert "CREATE TABLE main.orders" in result.stdout
    assert "main.customers (2 of 2 columns)" in result.stderr
    document = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert {one["fqdn"] for one in document["tables"]} == {"main.orders", "main.customers"}
    unknown = CliRunner().invoke(app, ["context", "x", "--source", "m.nothing"])
    assert unknown.exit_code == 1
