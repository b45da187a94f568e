from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from metadata_assets.control.model import ControlRow
from metadata_assets.errors import ConfigurationError, PermanentError
from metadata_assets.lake import Lake
from metadata_assets.modules.databricks.deploy import Deployment, deploy_job, opened_workspace
from metadata_assets.modules.databricks.jobs import DATABRICKS_JOBS, databricks_job_id
from metadata_assets.modules.databricks.render import render_job
from metadata_assets.modules.plan import plan_module
from metadata_assets_tests.modules.databricks.test_render import query, row
from metadata_assets_tests.modules.databricks.workspace import TOKEN, Workspace, serving

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)
NOTEBOOK = row("ingest", notebook_path="/Repos/ingest")


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace that the environment names."""
    with serving() as workspace:
        monkeypatch.setenv("DATABRICKS_HOST", workspace.url)
        monkeypatch.setenv("DATABRICKS_TOKEN", TOKEN)
        yield workspace


def deploy(lake: Lake, *rows: ControlRow) -> Deployment:
    return deploy_job(render_job(plan_module("sales", rows, {})), opened_workspace(), lake, now=NOW)


def test_a_job_is_made_once_and_updated_in_place_from_then_on(
    workspace: Workspace, lake: Lake
) -> None:
    first = deploy(lake, NOTEBOOK, query("load", 2, query_id="q-7"))
    assert first.action == "created"
    assert workspace.job()["max_concurrent_runs"] == 1
    assert workspace.tasks()["load"]["depends_on"] == [{"task_key": "ingest"}]
    again = deploy(lake, NOTEBOOK, row("more", 2, notebook_path="/Repos/more"))
    assert (again.action, again.job_id, again.removed) == ("updated", first.job_id, ("load",))
    assert sorted(workspace.tasks()) == ["ingest", "more"]
    assert list(workspace.jobs) == [first.job_id]
    assert lake.version(DATABRICKS_JOBS) == 1  # an id that stays is not written again


def test_what_people_gave_the_job_stays(workspace: Workspace, lake: Lake) -> None:
    deploy(lake, NOTEBOOK)
    given = {
        "schedule": {"quartz_cron_expression": "0 0 5 * * ?", "timezone_id": "UTC"},
        "email_notifications": {"on_failure": ["me@example.com"]},
        "job_clusters": [{"job_cluster_key": "main", "new_cluster": {"num_workers": 2}}],
    }
    workspace.job().update(given)
    workspace.job()["tags"]["team"] = "sales"
    deploy(lake, NOTEBOOK)
    assert {name: workspace.job()[name] for name in given} == given
    assert workspace.job()["tags"] == {"metadata_assets_module": "sales", "team": "sales"}
    assert workspace.calls()[-1].endswith("/jobs/update")
    assert not any("permissions" in call for call in workspace.calls())


def test_a_deleted_job_is_made_anew_and_its_new_id_kept(workspace: Workspace, lake: Lake) -> None:
    first = deploy(lake, NOTEBOOK)
    workspace.jobs.clear()
    second = deploy(lake, NOTEBOOK)
    assert second.action == "created"
    assert second.job_id != first.job_id
    assert databricks_job_id(lake, "sales", workspace.url) == second.job_id
    assert deploy(lake, NOTEBOOK).job_id == second.job_id


def test_a_job_whose_id_was_never_stored_is_found_again(workspace: Workspace, lake: Lake) -> None:
    first = deploy(lake, NOTEBOOK)
    workspace.jobs[7] = {"name": "Metadata_Driven_ETL_sales", "tasks": []}  # somebody else's
    elsewhere = Lake(f"{lake.uri}_after_a_kill")
    assert deploy(elsewhere, NOTEBOOK).job_id == first.job_id
    assert workspace.jobs[7]["tasks"] == []


def test_a_query_is_saved_and_then_changed_in_place(workspace: Workspace, lake: Lake) -> None:
    deploy(lake, query("load", sql_query="SELECT 1"))
    assert workspace.tasks()["load"]["sql_task"]["query"] == {"query_id": "q1"}
    deploy(lake, query("load", sql_query="SELECT 2"))
    assert {one["query_text"] for one in workspace.queries.values()} == {"SELECT 2"}
    workspace.queries["q1"]["lifecycle_state"] = "TRASHED"
    deploy(lake, query("load", sql_query="SELECT 3"))
    assert workspace.tasks()["load"]["sql_task"]["query"] == {"query_id": "q2"}


def test_a_query_of_somebody_else_is_run_but_never_changed(
    workspace: Workspace, lake: Lake
) -> None:
    workspace.queries["q-7"] = {"id": "q-7", "display_name": "Mine", "query_text": "SELECT 7"}
    deploy(lake, query("load", sql_query="SELECT 1", query_id="q-7"))
    assert workspace.tasks()["load"]["sql_task"]["query"] == {"query_id": "q-7"}
    deploy(lake, query("load", sql_query="SELECT 1"))
    assert workspace.tasks()["load"]["sql_task"]["query"] == {"query_id": "q2"}
    assert workspace.queries["q-7"]["query_text"] == "SELECT 7"


def test_a_workspace_that_refuses_is_told_without_the_token(
    workspace: Workspace, lake: Lake
) -> None:
    workspace.refuses = True
    with pytest.raises(PermanentError, match="the workspace refuses: no permission") as refused:
        deploy(lake, NOTEBOOK)
    assert workspace.url in str(refused.value)
    assert TOKEN not in str(refused.value)


def test_without_a_workspace_it_says_which_variables_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    for name in ("DATABRICKS_HOST", "DATABRICKS_TOKEN", "DATABRICKS_CONFIG_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path))
    with pytest.raises(ConfigurationError, match="Set DATABRICKS_HOST and DATABRICKS_TOKEN"):
        opened_workspace()


def test_a_second_workspace_has_a_job_of_its_own(
    workspace: Workspace, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(lake, NOTEBOOK)
    with serving() as other:
        monkeypatch.setenv("DATABRICKS_HOST", other.url)
        assert deploy(lake, NOTEBOOK).action == "created"
    monkeypatch.setenv("DATABRICKS_HOST", workspace.url)
    assert deploy(lake, NOTEBOOK).action == "updated"
