from __future__ import annotations

import dagster as dg

from metadata_assets_tests.defs.test_graph import checks, run
from metadata_assets_tests.home import Home

WRONG = """
kind: golden_queries
source: m.shop
queries:
  - {id: right, question: Which items are there?, sql: SELECT name FROM item}
  - {id: wrong, question: What does an item cost?, sql: SELECT price FROM item}
---
kind: glossary
source: m.shop
terms:
  - {term: stock, definition: What is there., tables: [stocks]}
---
kind: annotations
source: m.shop
tables:
  - {table: shelf, description: Where items lie}
"""


def test_what_people_say_wrongly_fails_the_checks_of_quality(
    home: Home, instance: dg.DagsterInstance
) -> None:
    ddl = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, a, b, c, d)"
    home.drop("shop.yaml", home.sqlite("shop", ddl))
    for number, document in enumerate(WRONG.split("---")):
        (home.settings.drops_path / f"said{number}.yaml").write_text(document)
    assert run(instance, "control_ingest").success
    result = run(instance, "source_sync", "m.shop")
    assert result.success, "what is said wrongly stops nothing"
    assert {name for name, passed in checks(result).items() if not passed} == {
        "golden_queries_valid",
        "golden_coverage",
        "glossary_consistent",
        "metadata_quality",
    }
    assert {
        check.description
        for check in result.get_asset_check_evaluations()
        if check.check_name in ("golden_queries_valid", "golden_coverage", "glossary_consistent")
    } == {
        "1 of 2 are not valid",
        "100 % of tables and 16.67 % of columns are covered",
        "1 problems",
    }
