from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from metadata_assets.cli import app
from metadata_assets_tests.home import Home

NOTEBOOK = {"task_type": "notebook"}


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, result.output
    return result


def told(*arguments: str, code: int = 0) -> Any:
    return json.loads(call(*arguments, "--json", code=code).stdout)


def source(order: int, source_id: str = "s") -> dict[str, Any]:
    return {
        "source_id": source_id,
        "execution_order": order,
        "transformation_config": NOTEBOOK,
    }


@pytest.fixture
def shop(home: Home) -> Home:
    """A home whose control table holds m.s, ingested at version 1."""
    home.drop("a.yaml", source(1))
    assert home.sync().succeeded
    return home


@pytest.mark.usefixtures("shop")
def test_the_table_is_edited_asked_compared_and_taken_back() -> None:
    call("sql", "UPDATE etl_control SET execution_order = 4", "--author", "bob")
    assert told("sql", "SELECT execution_order FROM etl_control") == [{"execution_order": 4}]
    versions = [entry["version"] for entry in told("control", "history")]
    assert versions == [2, 1, 0]
    assert told("control", "history")[0]["author"] == "bob"
    changes = told("control", "diff", "1", "2")
    assert changes["updated_modules"] == ["m"]
    assert changes["changed_sources"][0]["fields"] == {"execution_order": {"before": 1, "after": 4}}
    assert "execution_order: 1 → 4" in call("control", "diff", "1").stdout
    assert told("control", "rollback", "1")["changed"] == ["m.s"]
    assert told("control", "show")[0]["execution_order"] == 1
    assert told("control", "show", "--version", "2")[0]["execution_order"] == 4
    assert told("control", "changes", "--since", "1")["changed_sources"] == []
    for command in ("history", "show", "changes"):
        assert call("control", command).stdout


def test_conflicts_are_listed_and_settled(shop: Home) -> None:
    assert told("control", "conflicts") == []
    call("sql", "UPDATE etl_control SET execution_order = 4")
    shop.drop("a.yaml", source(7))
    (conflict,) = told("control", "conflicts", code=1)
    assert conflict["key"] == "m.s"
    assert conflict["differences"] == [{"column": "execution_order", "yaml": 7, "table": 4}]
    assert "yaml 7, table 4" in call("control", "conflicts", code=1).stdout
    call("control", "resolve", "m.s", "--take", "yaml")
    assert told("control", "show")[0]["execution_order"] == 7
    assert told("control", "conflicts") == []


@pytest.mark.usefixtures("shop")
def test_wrong_calls_are_told() -> None:
    call("control", "resolve", "--take", "yaml", code=2)
    assert (
        "no conflict about m.x"
        in call("control", "resolve", "m.x", "--take", "yaml", code=1).stderr
    )
    assert "version 99 cannot be read" in call("control", "show", "--version", "99", code=1).stderr
    assert "cannot be read" in call("control", "diff", "99", code=1).stderr
    assert "DROP is not allowed" in call("sql", "DROP TABLE etl_control", code=1).stderr


@pytest.mark.usefixtures("shop")
def test_sql_prints_csv_and_warns_of_rows_that_return() -> None:
    printed = call(
        "sql", "SELECT source_id, [1] AS list FROM etl_control", "--format", "csv"
    ).stdout
    assert printed.splitlines() == ['"source_id","list"', '"s","[1]"']
    assert "still declared by a drop" in call("sql", "DELETE FROM etl_control").stderr


def test_the_table_is_exported_as_drops(shop: Home) -> None:
    call("sql", "UPDATE etl_control SET execution_order = 4")
    assert call("control", "export", "out").stdout.strip() == "changed: a.yaml"
    assert "execution_order: 4" in (shop.path / "out" / "a.yaml").read_text(encoding="utf-8")
    assert told("control", "export", "out")["changed"] == ["a.yaml"]
