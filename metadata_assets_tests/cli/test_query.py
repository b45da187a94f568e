from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from metadata_assets.cli import app
from metadata_assets.schema.build import build_schema
from metadata_assets.schema.publish import publish_schema
from metadata_assets_tests.home import Home
from metadata_assets_tests.schema.catalogs import catalog, column, table

SHOP = catalog(
    table("orders", column("id", "bigint"), column("total", "numeric(12,2)")),
    table("customers", column("id", "bigint"), column("name", "text")),
)
EXPANDED = "SELECT\n  o.id AS id,\n  o.total AS total\nFROM public.orders AS o"


@pytest.fixture(autouse=True)
def shop(home: Home) -> None:
    publish_schema(
        home.settings.schemas_path,
        "demo.shop",
        build_schema(SHOP, "postgres"),
        SHOP,
        source_type="postgres",
        now=datetime.now(timezone.utc),
    )


def ask(question: str, *arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(
        app, ["query", question, "--source", "demo.shop", *arguments], input=input
    )


def test_a_valid_query_is_said_to_be() -> None:
    result = ask("validate", "SELECT sum(total) FROM orders")
    assert (result.exit_code, result.stdout) == (0, "ok: SELECT sum(total) FROM orders\n")


def test_an_invalid_query_ends_in_1_and_is_told_where_and_why() -> None:
    result = ask("validate", "SELECT totl FROM orders")
    assert result.exit_code == 1
    assert 'demo.shop:1:8: column "totl" does not exist; did you mean total?' in result.stdout


def test_every_statement_of_a_file_is_checked_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "queries.sql"
    file.write_text("SELECT id FROM orders;\n\n-- next\nSELECT 1; SELECT nam\nFROM customers;\n")
    result = ask("validate", "--file", str(file), "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [one["is_valid"] for one in told] == [True, True, False]
    (problem,) = told[2]["problems"]
    assert (problem["line"], problem["column"], problem["suggestions"]) == (4, 18, ["name"])


def test_a_query_may_come_from_standard_input() -> None:
    assert ask("validate", "-", input="SELECT 1").exit_code == 0


@pytest.mark.parametrize(
    ("question", "key", "answer"),
    [
        (
            "expand",
            "expanded",
            EXPANDED,
        ),
        (
            "qualify",
            "qualified",
            'SELECT "o"."id" AS "id", "o"."total" AS "total" FROM "public"."orders" AS "o"',
        ),
        (
            "types",
            "columns",
            [{"name": "id", "type": "bigint"}, {"name": "total", "type": "numeric(12,2)"}],
        ),
        ("uses", "uses", {"public.orders": ["id", "total"]}),
    ],
)
def test_a_query_is_explained(question: str, key: str, answer: object) -> None:
    (told,) = json.loads(ask(question, "SELECT * FROM orders o", "--json").stdout)
    assert told[key] == answer


def test_lineage_names_the_columns_a_value_comes_from() -> None:
    result = ask("lineage", "SELECT total * 2 AS twice FROM orders")
    assert "twice" in result.stdout
    assert "public.orders.total" in result.stdout


def test_a_query_is_written_in_another_dialect() -> None:
    result = ask("transpile", "SELECT now()::date", "--to", "bigquery")
    assert "CAST(CURRENT_TIMESTAMP() AS DATE)" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [(), ("SELECT 1", "--file", __file__), ("-- nothing",), ("SELECT 1", "--to", "klingon")],
)
def test_a_wrong_call_ends_in_2(arguments: tuple[str, ...]) -> None:
    assert ask("validate", *arguments).exit_code == 2


def test_a_source_without_a_schema_is_told_how_to_get_one() -> None:
    result = CliRunner().invoke(app, ["query", "validate", "--source", "demo.gone", "SELECT 1"])
    assert result.exit_code == 1
    assert "metadata-assets sync demo.gone" in result.stderr
