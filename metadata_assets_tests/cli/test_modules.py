from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from metadata_assets.cli import app
from metadata_assets_tests.home import Home
from metadata_assets_tests.modules.databricks.workspace import TOKEN, serving


def call(*arguments: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(app, ["modules", *arguments])
    assert done.exit_code == exit_code, done.output
    return done.output


def insert(home: Home, name: str, order: int, text: str, **more: Any) -> dict[str, Any]:
    sql_task = {"sql_query": text, "warehouse_id": "w"}
    transformation = {"task_type": "sql_query", "sql_task": sql_task, **more}
    return {
        **home.sqlite("d"),
        "source_id": name,
        "execution_order": order,
        "transformation_config": transformation,
    }


@pytest.fixture
def shop(home: Home) -> Home:
    """A home whose module `m` has two steps, and whose module `off` is inactive."""
    home.sqlite("d", "CREATE TABLE t (n)")
    home.drop(
        "m.yaml",
        insert(home, "fill", 1, "INSERT INTO t VALUES (1), (2)"),
        insert(home, "look", 1, "SELECT 5 AS five", depends_on=["fill"]),
        insert(home, "late", 2, "SELECT count(*) AS n FROM t"),
    )
    home.drop("off.yaml", {**insert(home, "a", 1, "SELECT 1"), "is_active": False}, module="off")
    return home


def test_a_plan_is_drawn_and_runs_nothing(shop: Home) -> None:
    drawn = call("plan", "m")
    assert drawn.index("fill sql_query") < drawn.index("look sql_query") < drawn.index("late")
    assert "1: 2 task(s) side by side" in drawn
    assert "after fill" in drawn
    document = json.loads(call("plan", "m", "--json"))
    assert [step["execution_order"] for step in document["steps"]] == [1, 2]
    assert document["steps"][1]["tasks"][0]["waits_for"] == ["fill", "look"]
    assert not (shop.path / "dagster").exists()
    assert "there is no module nosuch" in call("plan", "nosuch", exit_code=1)


@pytest.mark.usefixtures("shop")
def test_a_run_tells_what_became_of_each_task() -> None:
    document = json.loads(call("run", "m", "--json"))
    assert document["succeeded"]
    tasks = {task["task"]: task for task in document["tasks"]}
    assert (tasks["fill"]["rows"], tasks["late"]["preview"]) == (2, [["2"]])
    listed = {one["module"]: one for one in json.loads(call("list", "--json"))}
    assert (listed["m"]["last_run"], listed["off"]["last_run"]) == ("completed", None)
    assert {listed["m"]["job_id"], listed["off"]["job_id"]} == {1, 2}
    assert "every task of it is inactive" in call("run", "off", exit_code=1)


def test_a_module_that_fails_does_not_stop_the_others(shop: Home) -> None:
    shop.drop("a.yaml", insert(shop, "bad", 1, "SELECT nosuch"), module="a")
    documents = json.loads(call("run-all", "--json", exit_code=1))
    assert {one["module"]: one["succeeded"] for one in documents} == {"a": False, "m": True}
    assert documents[0]["error"] == "module a: a.bad: its SQL failed: no such column: nosuch"


@pytest.mark.usefixtures("shop")
def test_a_module_is_rendered_without_a_workspace_and_deployed_to_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered = call("render", "m", "--target", "databricks")
    assert json.loads(rendered)["job"]["name"] == "Metadata_Driven_ETL_m"
    assert call("deploy", "m", "--render") == rendered
    with serving() as workspace:
        monkeypatch.setenv("DATABRICKS_HOST", workspace.url)
        monkeypatch.setenv("DATABRICKS_TOKEN", TOKEN)
        assert call("deploy", "m").startswith("created job ")
        done = json.loads(call("deploy", "m", "--json"))
        assert (done["action"], done["job_id"]) == ("updated", next(iter(workspace.jobs)))
    assert sorted(workspace.tasks()) == ["fill", "late", "look"]


def test_a_drop_that_is_refused_is_told_and_fails_the_run(shop: Home) -> None:
    shop.settings.drops_path.joinpath("bad.yaml").write_text(yaml.safe_dump({"modules": 1}))
    document = call("run", "m", exit_code=1)
    assert "bad.yaml:1:10" in document
