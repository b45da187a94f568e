"""Render a planned module as the settings of a Databricks job, as the Jobs API takes them.

Each task waits for all tasks of the order before. A job takes only saved queries: one that is
declared by its text is rendered apart, and the task names it as `query:<its name>` until it is
saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from metadata_assets.control.jobs import job_name
from metadata_assets.control.tasks import (
    DEFAULT_MODULE_SECONDS,
    NotebookTask,
    SqlFileTask,
    SqlQueryTask,
    TaskSpec,
)
from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.plan import ModulePlan, Task

MODULE_TAG = "metadata_assets_module"
"""The tag of a job that names its module."""

UNSAVED = "query:"
"""How the id of a query begins that is not saved yet; its name follows."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query to save.

    Attributes:
        task: The task that runs it.
        name: Its name in the workspace.
        warehouse_id: Where it runs.
        text: Its SQL.
    """

    task: str
    name: str
    warehouse_id: str
    text: str

    def document(self) -> dict[str, str]:
        """The query as the Queries API takes it."""
        return {
            "display_name": self.name,
            "warehouse_id": self.warehouse_id,
            "query_text": self.text,
        }


@dataclass(frozen=True, slots=True)
class RenderedJob:
    """A job as it should be.

    Attributes:
        module: The module.
        settings: What of its settings is the module's; schedule, permissions, notifications and
            clusters are not.
        queries: The queries to save before.
    """

    module: str
    settings: Mapping[str, Any]
    queries: tuple[Query, ...]

    def document(self) -> dict[str, Any]:
        """The job as JSON."""
        queries = [query.document() for query in self.queries]
        return {"job": dict(self.settings), "queries": queries}


def render_job(plan: ModulePlan) -> RenderedJob:
    """Render a module.

    Args:
        plan: The module; its inactive tasks are left out.

    Raises:
        ConfigurationError: A task cannot run on Databricks, or has no `warehouse_id`.
    """
    if not plan.steps:
        raise ConfigurationError(
            "every task of it is inactive, and a job needs one",
            where=f"module {plan.module}",
            remedy="Set is_active of one of its rows; the job it has stays as it is.",
        )
    settings = {
        "name": job_name(plan.module),
        "max_concurrent_runs": 1,
        "timeout_seconds": DEFAULT_MODULE_SECONDS,
        "tags": {MODULE_TAG: plan.module},
        "tasks": [_task(task) for task in plan.tasks],
    }
    queries = (_query(task) for task in plan.tasks)
    return RenderedJob(plan.module, settings, tuple(query for query in queries if query))


def _task(task: Task) -> dict[str, Any]:
    spec = task.spec
    rendered: dict[str, Any] = {
        "task_key": task.name,
        "timeout_seconds": max(1, round(spec.timeout_seconds)),
    }
    if task.waits_for:
        rendered["depends_on"] = [{"task_key": name} for name in sorted(task.waits_for)]
    if spec.retries:
        rendered["max_retries"] = spec.retries
        rendered["min_retry_interval_millis"] = round(spec.retry_seconds * 1000)
    return rendered | _work(task, spec)


def _work(task: Task, spec: TaskSpec) -> dict[str, Any]:
    if isinstance(spec, NotebookTask):
        return _notebook(task, spec)
    if isinstance(spec, SqlQueryTask):
        query_id = spec.sql_task.query_id or f"{UNSAVED}{_query_name(task)}"
        return _sql(task, spec, query={"query_id": query_id})
    if isinstance(spec, SqlFileTask):
        file = {"path": spec.sql_task.sql_file_path, "source": spec.sql_task.file_source}
        return _sql(task, spec, file=file)
    raise ConfigurationError(
        f"a task of type {task.row.task_type} cannot run on Databricks",
        where=task.row.key,
        remedy="notebook, sql_query and sql_file can; move it to a module that is run from here.",
    )


def _notebook(task: Task, spec: NotebookTask) -> dict[str, Any]:
    if not spec.notebook_path:
        raise ConfigurationError("it has no notebook_path", where=task.row.key)
    # As the notebooks of the format's first implementation expect it; one's own come on top.
    parameters = {"source_id": task.name, "module_name": task.row.module_name}
    compute = {
        name: getattr(spec, name)
        for name in ("existing_cluster_id", "job_cluster_key", "environment_key")
        if getattr(spec, name)
    }
    notebook = {
        "notebook_path": spec.notebook_path,
        "base_parameters": parameters | _texts(spec.base_parameters),
    }
    return {"notebook_task": notebook, **compute}


def _sql(task: Task, spec: SqlQueryTask | SqlFileTask, **what: Any) -> dict[str, Any]:
    rendered = {"warehouse_id": _warehouse(task, spec), **what}
    if spec.sql_task.parameters:
        rendered["parameters"] = _texts(spec.sql_task.parameters)
    return {"sql_task": rendered}


def _query(task: Task) -> Query | None:
    """The query of a task to save; None where it has none, or names a saved one."""
    spec = task.spec
    if not isinstance(spec, SqlQueryTask) or spec.sql_task.query_id or not spec.sql_task.sql_query:
        return None
    return Query(task.name, _query_name(task), _warehouse(task, spec), spec.sql_task.sql_query)


def _query_name(task: Task) -> str:
    return f"{job_name(task.row.module_name)}_{task.name}"


def _warehouse(task: Task, spec: SqlQueryTask | SqlFileTask) -> str:
    if not spec.sql_task.warehouse_id:
        raise ConfigurationError(
            "it has no warehouse_id, which a SQL task on Databricks needs",
            where=task.row.key,
            remedy="Add it to the sql_task.",
        )
    return spec.sql_task.warehouse_id


def _texts(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in parameters.items()}
