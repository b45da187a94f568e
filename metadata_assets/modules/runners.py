"""Which function runs which task type: those that need no Dagster."""

from __future__ import annotations

from collections.abc import Mapping

from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.attempts import RunTask
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.outcome import TaskResult
from metadata_assets.modules.plan import Task
from metadata_assets.modules.python import run_python
from metadata_assets.modules.sql import run_sql_file, run_sql_query
from metadata_assets.settings import Settings


def core_runners(settings: Settings) -> Mapping[str, RunTask]:
    """The runners of this room, by task type.

    Args:
        settings: Where the home is, and what this machine allows.
    """
    home = settings.home_path
    return {
        "sql_query": lambda task, limit: run_sql_query(task, home, limit),
        "sql_file": lambda task, limit: run_sql_file(task, home, limit),
        "python": lambda task, limit: run_python(task, settings.python_tasks, limit),
        "notebook": _refuse_notebook,
    }


def _refuse_notebook(task: Task, _limit: Limit) -> TaskResult:
    raise ConfigurationError(
        "a notebook runs on Databricks only",
        where=task.row.key,
        remedy=f"Deploy its module: metadata-assets modules deploy {task.row.module_name}.",
    )
