"""Create a module's Databricks job, or update it in place.

An update sends only what is the module's: the schedule, permissions, notifications, clusters and
tags that people gave the job stay. A job that was deleted is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.jobs import Job, JobSettings
from databricks.sdk.service.sql import (
    CreateQueryRequestQuery,
    LifecycleState,
    UpdateQueryRequestQuery,
)

from metadata_assets.errors import ConfigurationError, PermanentError, TransientError
from metadata_assets.lake import Lake
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.modules.databricks.jobs import databricks_job_id, store_job
from metadata_assets.modules.databricks.render import MODULE_TAG, Query, RenderedJob

_QUERY_FIELDS = "query_text,warehouse_id"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a deployment did.

    Attributes:
        module: The module.
        workspace: The host's address.
        job_id: The job's id there.
        action: Whether the job was made, or updated.
        removed: Tasks that the job has no longer.
    """

    module: str
    workspace: str
    job_id: int
    action: Literal["created", "updated"]
    removed: tuple[str, ...] = ()


def opened_workspace() -> WorkspaceClient:
    """The workspace that the environment, or a profile of `~/.databrickscfg`, names.

    Raises:
        ConfigurationError: None is named, or how to log in is not.
    """
    try:
        return WorkspaceClient(product="metadata_assets")
    except ValueError as error:
        raise ConfigurationError(
            f"no Databricks workspace is configured: {_line(error)}",
            where="databricks",
            remedy="Set DATABRICKS_HOST and DATABRICKS_TOKEN, or DATABRICKS_CONFIG_PROFILE.",
        ) from None


def deploy_job(
    rendered: RenderedJob, workspace: WorkspaceClient, lake: Lake, *, now: datetime
) -> Deployment:
    """Bring the job of a module in a workspace up to date.

    Args:
        rendered: The job as it should be.
        workspace: Where.
        lake: Where its id is kept.
        now: When.

    Raises:
        PermanentError: The workspace refuses.
        TransientError: It does not answer.
    """
    host = workspace.config.host or ""
    with _explained(workspace, host):
        known = databricks_job_id(lake, rendered.module, host)
        job = _existing(workspace, known) or _forgotten(workspace, rendered)
        settings = _with_saved_queries(rendered, workspace, job)
        if job is None:
            job_id = _created(workspace, settings)
            deployment = Deployment(rendered.module, host, job_id, "created")
        else:
            deployment = _updated(workspace, job, settings, rendered.module, host)
    name = str(rendered.settings["name"])
    store_job(lake, rendered.module, host, deployment.job_id, name, now=now)
    return deployment


def _existing(workspace: WorkspaceClient, job_id: int | None) -> Job | None:
    if job_id is None:
        return None
    try:
        return workspace.jobs.get(job_id)
    except NotFound:
        return None


def _forgotten(workspace: WorkspaceClient, rendered: RenderedJob) -> Job | None:
    """The module's job that was made, but whose id was not stored: its process was killed."""
    for job in workspace.jobs.list(name=str(rendered.settings["name"])):
        tags = (job.settings.tags if job.settings else None) or {}
        if tags.get(MODULE_TAG) == rendered.module and job.job_id is not None:
            return workspace.jobs.get(job.job_id)
    return None


def _created(workspace: WorkspaceClient, settings: Mapping[str, Any]) -> int:
    made = JobSettings.from_dict(dict(settings))
    created = workspace.jobs.create(
        name=made.name,
        tasks=made.tasks,
        tags=made.tags,
        timeout_seconds=made.timeout_seconds,
        max_concurrent_runs=made.max_concurrent_runs,
    )
    assert created.job_id is not None
    return created.job_id


def _updated(
    workspace: WorkspaceClient, job: Job, settings: Mapping[str, Any], module: str, host: str
) -> Deployment:
    assert job.job_id is not None
    found = job.settings or JobSettings()
    wanted = {task["task_key"] for task in settings["tasks"]}
    # An update merges tasks by their key: those that are no more must be named.
    removed = tuple(task.task_key for task in found.tasks or () if task.task_key not in wanted)
    tags = {**(found.tags or {}), **settings["tags"]}
    workspace.jobs.update(
        job.job_id,
        new_settings=JobSettings.from_dict({**settings, "tags": tags}),
        fields_to_remove=[f"tasks/{name}" for name in removed] or None,
    )
    return Deployment(module, host, job.job_id, "updated", removed)


def _with_saved_queries(
    rendered: RenderedJob, workspace: WorkspaceClient, job: Job | None
) -> dict[str, Any]:
    """The settings with the ids of queries that are saved now."""
    ids = {
        query.task: _saved(workspace, query, _query_id(job, query.task))
        for query in rendered.queries
    }
    tasks = [
        {**task, "sql_task": {**task["sql_task"], "query": {"query_id": ids[task["task_key"]]}}}
        if task["task_key"] in ids
        else task
        for task in rendered.settings["tasks"]
    ]
    return {**rendered.settings, "tasks": tasks}


def _query_id(job: Job | None, name: str) -> str | None:
    """The id of the query that a task of a job runs."""
    tasks = (job.settings.tasks if job and job.settings else None) or ()
    for task in tasks:
        if task.task_key == name and task.sql_task and task.sql_task.query:
            return task.sql_task.query.query_id
    return None


def _saved(workspace: WorkspaceClient, query: Query, query_id: str | None) -> str:
    """Save a query: in place where the job runs it already, and it is ours by its name."""
    if query_id is not None and _is_ours(workspace, query, query_id):
        changed = UpdateQueryRequestQuery(query_text=query.text, warehouse_id=query.warehouse_id)
        workspace.queries.update(query_id, _QUERY_FIELDS, query=changed)
        return query_id
    made = workspace.queries.create(
        auto_resolve_display_name=True,
        query=CreateQueryRequestQuery.from_dict(query.document()),
    )
    assert made.id is not None
    return made.id


def _is_ours(workspace: WorkspaceClient, query: Query, query_id: str) -> bool:
    try:
        found = workspace.queries.get(query_id)
    except NotFound:
        return False
    is_there = found.lifecycle_state is not LifecycleState.TRASHED
    # Where the name was taken, the workspace added to it.
    return is_there and (found.display_name or "").startswith(query.name)


@contextmanager
def _explained(workspace: WorkspaceClient, host: str) -> Iterator[None]:
    try:
        yield
    except DatabricksError as error:
        raise PermanentError(
            f"the workspace refuses: {_line(error, workspace.config.token)}",
            where=host,
            remedy="May the configured user create jobs and queries, and manage this job?",
        ) from None
    except (OSError, TimeoutError) as error:
        raise TransientError(
            f"the workspace does not answer: {_line(error)}",
            where=host,
            remedy="Check DATABRICKS_HOST, and the network in between.",
        ) from None


def _line(error: Exception, token: str | None = None) -> str:
    # What the client adds of its configuration helps nobody here.
    text = redact_text(str(error)).partition(". Config: ")[0].strip() or type(error).__name__
    return (text.replace(token, "***") if token else text).splitlines()[0]
