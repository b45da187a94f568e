from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.control.model import ControlRow
from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.databricks.render import render_job
from metadata_assets.modules.plan import plan_module


def row(name: str, order: int = 1, *, active: bool = True, **transformation: Any) -> ControlRow:
    return ControlRow(
        module_name="sales",
        source_id=name,
        source_type="sql",
        execution_order=order,
        transformation_config=transformation,
        is_active=active,
    )


def query(name: str, order: int = 1, **sql_task: Any) -> ControlRow:
    sql_task = {"warehouse_id": "abc123", **sql_task}
    return row(name, order, task_type="sql_query", sql_task=sql_task)


def rendered(*rows: ControlRow) -> dict[str, Any]:
    return render_job(plan_module("sales", rows, {})).document()


def test_a_module_is_a_job_whose_tasks_wait_for_all_of_the_order_before() -> None:
    document = rendered(
        row("ingest", 1, notebook_path="/Repos/ingest", base_parameters={"full": True}),
        query("check", 1, sql_query="SELECT 1", parameters={"day": "{{job.start_time.iso_date}}"}),
        query("saved", 2, sql_query="SELECT 2", query_id="q-7"),
        row(
            "load",
            3,
            task_type="sql_file",
            sql_task={"warehouse_id": "w", "sql_file_path": "/Workspace/load.sql"},
            timeout_seconds=60,
            retries=2,
        ),
        row("off", 2, active=False),
    )
    assert document == {
        "job": {
            "name": "Metadata_Driven_ETL_sales",
            "max_concurrent_runs": 1,
            "timeout_seconds": 7200,
            "tags": {"metadata_assets_module": "sales"},
            "tasks": [
                {
                    "task_key": "check",
                    "timeout_seconds": 3600,
                    "sql_task": {
                        "warehouse_id": "abc123",
                        "query": {"query_id": "query:Metadata_Driven_ETL_sales_check"},
                        "parameters": {"day": "{{job.start_time.iso_date}}"},
                    },
                },
                {
                    "task_key": "ingest",
                    "timeout_seconds": 3600,
                    "notebook_task": {
                        "notebook_path": "/Repos/ingest",
                        "base_parameters": {
                            "source_id": "ingest",
                            "module_name": "sales",
                            "full": "True",
                        },
                    },
                },
                {
                    "task_key": "saved",
                    "timeout_seconds": 3600,
                    "depends_on": [{"task_key": "check"}, {"task_key": "ingest"}],
                    "sql_task": {"warehouse_id": "abc123", "query": {"query_id": "q-7"}},
                },
                {
                    "task_key": "load",
                    "timeout_seconds": 60,
                    "depends_on": [{"task_key": "saved"}],
                    "max_retries": 2,
                    "min_retry_interval_millis": 5000,
                    "sql_task": {
                        "warehouse_id": "w",
                        "file": {"path": "/Workspace/load.sql", "source": "WORKSPACE"},
                    },
                },
            ],
        },
        "queries": [
            {
                "display_name": "Metadata_Driven_ETL_sales_check",
                "warehouse_id": "abc123",
                "query_text": "SELECT 1",
            }
        ],
    }


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (row("a"), "sales.a: a task of type catalog_sync cannot run on Databricks"),
        (query("a", sql_query="SELECT 1", warehouse_id=None), "sales.a: it has no warehouse_id"),
        (row("a", task_type="notebook"), "sales.a: it has no notebook_path"),
        (row("a", active=False), "module sales: every task of it is inactive"),
    ],
)
def test_what_cannot_be_a_job_is_refused(task: ControlRow, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        rendered(task)
    assert str(refused.value).startswith(said)
