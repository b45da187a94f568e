from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.quality.coverage import COVERAGE
from metadata_assets.quality.golden import GOLDEN_VERDICTS
from metadata_assets.quality.long_descriptions import SHORTENED
from metadata_assets.quality.problems import PROBLEMS
from metadata_assets.stewardship import Stewardship
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.cli.test_control import call, told
from metadata_assets_tests.home import Home

LONG = (
    "This column contains the total amount of the order in USD, including shipping costs and "
    "taxes, which are computed by the checkout service at the moment when the customer pays."
)
SAID = """
kind: annotations
source: m.shop
tables:
  - table: main.orders
    description: One row per checkout that was paid
    business_domain: sales
    columns: [{{column: amount, description: '{LONG}'}}, {{column: gone, description: x}}]
---
kind: golden_queries
source: m.shop
queries:
  - {{id: total, question: What was sold?, sql: SELECT sum(amount) FROM orders}}
  - {{id: wrong, question: Who bought?, sql: SELECT buyer FROM orderss}}
---
kind: glossary
source: m.shop
terms:
  - {{term: turnover, definition: All that was paid, columns: [main.orders.amuont]}}
"""
PEOPLE = "INSERT INTO people VALUES (1, 'planted1@example.org'), (2, 'planted1@example.org')"


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A source of which much is said, some of it wrong; synced once, for all tests to copy."""
    home = Home(tmp_path_factory.mktemp("synced") / "home")
    source = home.sqlite(
        "shop",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, amount NUMERIC, status TEXT)",
        "INSERT INTO orders VALUES (1, 10, 'open'), (2, 5, 'paid')",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, mail_address TEXT)",
        PEOPLE,
    )
    source["source_config"]["profile"] = True
    home.drop("shop.yaml", source)
    for number, document in enumerate(SAID.format(LONG=LONG).split("---")):
        path = home.settings.drops_path / f"said{number}.yaml"
        path.write_text(document, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("METADATA_ASSETS_HOME", str(home.path))
        patch.delenv("DAGSTER_HOME", raising=False)
        patch.chdir(home.path)
        assert home.sync().succeeded
    return home


@pytest.fixture
def shop(home: Home, synced: Home) -> Home:
    """That source in the home of this test."""
    shutil.copytree(synced.path, home.path, dirs_exist_ok=True)
    return home


def test_what_is_said_is_judged_covered_and_kept(shop: Home) -> None:
    problems = told("quality", "check", "m.shop", code=1)
    errors = {(one["object"], one["rule"]) for one in problems if one["severity"] == "error"}
    assert errors == {
        ("main.orders.gone", "description_of_dropped_column"),
        ("golden query wrong", "golden_query_invalid"),
        ("term turnover", "glossary_unknown_column"),
    }
    assert all(one["remedy"] for one in problems)
    few = told("quality", "check", "m.shop", "--rule", "missing_table_description")
    assert [one["object"] for one in few] == ["main.people"]
    assert shop.lake.read(PROBLEMS, "m.shop").num_rows == len(problems)
    golden = told("quality", "golden", "m.shop", "--explain", code=1)
    assert (golden["valid_count"], golden["total_count"]) == (1, 2)
    (wrong,) = (one for one in golden["queries"] if not one["is_valid"])
    assert wrong["suggestions"] == ["orders"]
    assert "the engine says: no such table" in wrong["reasons"][-1]
    coverage = told("quality", "coverage", "m.shop")
    assert (coverage["tables_covered"], coverage["total_tables"]) == (1, 2)
    assert {"table": "main.orders", "column": "status"} in coverage["uncovered_columns"]
    assert shop.lake.read(COVERAGE, "m.shop").num_rows == 7
    assert shop.lake.read(GOLDEN_VERDICTS, "m.shop").num_rows == 2
    call("quality", "coverage", "m.shop", "--svg", "coverage.svg")
    assert Path("coverage.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "amuont" in call("quality", "glossary", "m.shop", code=1).stdout


def test_descriptions_go_out_and_come_back_and_reach_the_records(shop: Home) -> None:
    call("descriptions", "export", "m.shop", "said.xlsx")
    workbook = openpyxl.load_workbook("said.xlsx")
    for row in workbook.worksheets[0].iter_rows(min_row=2):
        if row[1].value == "status":
            row[3].value = "Where the order is on its way"
    workbook.save("said.xlsx")
    assert "1 new" in call("descriptions", "import", "m.shop", "said.xlsx", "--dry-run").stdout
    outcome = told("descriptions", "import", "m.shop", "said.xlsx", "--author", "ann")
    assert outcome["inserted"] == ["main.orders.status"]
    assert told("descriptions", "import", "m.shop", "said.xlsx")["inserted"] == []
    assert shop.lake.history(ANNOTATIONS)[0]["author"] == "ann"
    call("descriptions", "set", "m.shop", "people", "Whoever wrote to us")
    bad = "table_name,column_description\npeople,Fine\nnobody,x\n"
    Path("bad.csv").write_text(bad, encoding="utf-8")
    assert (
        "row 3: there is no table nobody"
        in call("descriptions", "import", "m.shop", "bad.csv", code=1).stderr
    )
    call("descriptions", "set", "m.shop", "people", "Whoever wrote", "--author", "bob")
    call("descriptions", "set", "m.shop", "people", "Whoever wrote to us", "--author", "eve")
    history = told("descriptions", "history", "m.shop", "people")
    assert [one["author"] for one in history[:2]] == ["eve", "bob"]
    assert [one["description"] for one in history][:2] == ["Whoever wrote to us", "Whoever wrote"]
    assert "eve: Whoever" in call("descriptions", "history", "m.shop", "people").stdout
    updates = {"people": {"columns": {"mail_address": "Where answers go"}}}
    done = Stewardship(shop.settings).describe("m.shop", updates, author="api")
    assert done.inserted == ("main.people.mail_address",)
    assert shop.sync().succeeded
    content = "\n".join(map(str, shop.lake.read(RECORDS, "m.shop")["content"].to_pylist()))
    for text in ("on its way", "Whoever wrote to us", "Where answers go"):
        assert text in content
    assert "Fine" not in content


def test_a_long_description_is_shortened_on_request_and_the_original_kept(shop: Home) -> None:
    (proposal,) = told("quality", "concise", "m.shop")
    assert proposal["concise"].startswith("The total amount of the order in USD")
    assert not proposal["is_applied"]
    (applied,) = told("quality", "concise", "m.shop", "--apply", "--author", "ann")
    assert applied["is_applied"]
    (kept,) = shop.lake.read(SHORTENED, "m.shop").to_pylist()
    assert (kept["original"], kept["applied_by"]) == (LONG, "ann")
    assert shop.sync().succeeded
    assert told("quality", "concise", "m.shop") == []
    refused = call("quality", "concise", "m.shop", "--with", "os:getcwd", code=1).stderr
    assert "METADATA_ASSETS_QUALITY_OBJECTS" in refused


def test_personal_data_is_found_flagged_and_forgotten(shop: Home) -> None:
    assert "planted1" in str(shop.lake.read(PROFILES, "m.shop").to_pylist())
    assert told("quality", "pii", "m.shop", "--min-confidence", "0.99") == []
    (found,) = told("quality", "pii", "m.shop", "--sample", "50", "--apply")
    assert (found["column_name"], found["is_flagged"]) == ("mail_address", True)
    assert "planted1" not in str(found)
    assert "planted1" not in str(shop.lake.read(PROFILES, "m.shop").to_pylist())
    assert shop.sync().succeeded
    assert told("quality", "pii", "m.shop") == []
    records: list[Any] = shop.lake.read(RECORDS, "m.shop")["content"].to_pylist()
    assert "planted1" not in "\n".join(records)


@pytest.mark.usefixtures("shop")
def test_predictions_are_measured_with_and_without_the_database() -> None:
    golden = {
        "id": "t",
        "question": "What was sold?",
        "sql": "SELECT sum(amount) FROM orders",
        "alternatives": [{"sql": "SELECT total(amount) FROM orders"}],
    }
    predictions = [
        {"id": "t", "sql": "SELECT sum(o.amount) AS s FROM orders o"},
        {"question": "What was sold?", "sql": "SELECT max(amount) FROM orders"},
        {"question": "What was sold?", "sql": "SELECT sum(amuont) FROM orders"},
    ]
    for name, lines in (("g.jsonl", [golden]), ("p.jsonl", predictions)):
        Path(name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    arguments = ("eval", "--source", "m.shop", "--golden", "g.jsonl", "--predictions", "p.jsonl")
    report = told(*arguments, "--database")
    assert report["summary"]["valid"] == {"count": 2, "of": 3, "percentage": 66.67}
    assert [one["execution_match"] for one in report["queries"]] == [True, False, False]
    assert "its result differs: other values" in report["queries"][1]["reasons"]
    assert "did you mean amount?" in report["queries"][2]["reasons"][0]
    assert told(*arguments)["summary"]["execution_match"]["of"] == 0
    assert "| valid | 2 | 3 | 66.67 |" in call(*arguments, "--format", "md").stdout
    assert "3 predictions" in call(*arguments).stdout
    Path("p.jsonl").write_text("{", encoding="utf-8")
    assert "p.jsonl:1: this is no JSON" in call(*arguments, code=1).stderr
