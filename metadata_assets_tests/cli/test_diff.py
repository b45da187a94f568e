from __future__ import annotations

import json
import time
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.store import publish_catalog
from metadata_assets.cli import app
from metadata_assets_tests.catalog.building import catalog, values
from metadata_assets_tests.home import Home

pytestmark = pytest.mark.usefixtures("shop")


def version(*columns: str) -> Catalog:
    """A catalog of one table with these columns, as `name type`."""
    rows = [("main", "orders", n, *column.split(), True) for n, column in enumerate(columns)]
    names = ("schema_name", "table_name", "ordinal", "column_name", "native_type", "nullable")
    return catalog(columns=values(*names, of=rows))


@pytest.fixture
def shop(home: Home) -> Home:
    """A home with two versions of m.shop, and another of m.staging."""
    grades = {"diff": {"grades": {"DS103": "risky"}}}
    source = home.sqlite("shop") | {"transformation_config": grades}
    home.drop("shop.yaml", source, home.sqlite("staging"))
    publish(home, "m.shop", version("id INTEGER", "note TEXT"))
    publish(home, "m.shop", version("id BIGINT", "name TEXT", "at TEXT"))
    publish(home, "m.staging", version("id BIGINT", "name TEXT", "at DATE"))
    return home


def publish(home: Home, source: str, held: Catalog) -> None:
    publish_catalog(home.lake, source, held, data_version=data_version(held))
    time.sleep(0.002)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


def told(*arguments: str) -> list[tuple[str, str]]:
    document: dict[str, Any] = json.loads(call("diff", "m.shop", "--json", *arguments).stdout)
    return [(change["change"], change["column_name"]) for change in document["changes"]]


def test_the_last_change_is_told_with_the_grades_of_the_source() -> None:
    result = call("diff", "m.shop")
    assert result.exit_code == 0
    assert "retype column: INTEGER → BIGINT" in result.stdout
    assert "3 changes in 1 table" in result.stdout
    rows = json.loads(call("diff", "m.shop", "--json", "--no-renames").stdout)["changes"]
    assert {row["code"]: row["severity"] for row in rows}["DS103"] == "risky"


def test_a_probable_rename_is_told_as_its_drop_and_addition_when_asked() -> None:
    assert ("rename_column", "note") in told()
    plain = told("--no-renames")
    assert {("drop_column", "note"), ("add_column", "name")} <= set(plain)
    assert ("rename_column", "note") not in plain


def test_any_two_versions_are_compared() -> None:
    assert told("--from", "nothing", "--to", "latest~1") == [("add_table", None)]
    assert told("--from", "latest", "--to", "latest") == []
    assert told("--from", "latest", "--to", "latest~1")[0] == ("retype_column", "id")


def test_another_source_may_be_the_other_side() -> None:
    assert told("--from", "m.staging@") == [("retype_column", "at")]
    assert told("--to", "m.staging@latest", "--from", "latest") == [("retype_column", "at")]


def test_the_versions_there_are_can_be_listed() -> None:
    listed = json.loads(call("diff", "m.shop", "--versions", "--json").stdout)
    assert len(listed) == 2
    first = listed[0]["data_version"][:12]
    assert first in call("diff", "m.shop", "--versions").stdout
    assert told("--from", first) == told()


def test_markdown_is_for_a_pull_request() -> None:
    text = call("diff", "m.shop", "--format", "md").stdout
    assert text.startswith("## m.shop@")
    assert "| safe | AD105 | column type widened | main.orders | id | INTEGER | BIGINT |" in text


@pytest.mark.parametrize("grade", ["safe", "risky", "breaking"])
def test_a_pipeline_can_stop_at_a_grade(grade: str) -> None:
    assert call("diff", "m.shop", "--fail-on", grade).exit_code == 1
    assert call("diff", "m.shop", "--fail-on", grade, "--from", "latest").exit_code == 0


def test_what_is_not_there_is_one_line_that_says_what_is() -> None:
    unknown = call("diff", "m.nothing")
    assert (unknown.exit_code, "no source is named m.nothing" in unknown.stderr) == (1, True)
    missing = call("diff", "m.shop", "--to", "latest~9")
    assert "the lake holds no version 'latest~9'" in missing.stderr


def test_the_codes_can_be_looked_up() -> None:
    assert "DS103  column dropped" in call("diff", "--codes").stdout


def test_the_script_leads_from_the_old_version_to_the_new() -> None:
    script = call("diff", "m.shop", "--format", "sql").stdout
    assert "Probably renamed" in script
    assert "CREATE TABLE orders (\n  id BIGINT" in script
