"""What a row of the control table asks to be done: one pydantic model for each `task_type`.

A new type is a model and a line in `TASK_TYPES`; what runs it is in `modules`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from metadata_assets.control.fields import Identifier, JsonObject, Strict, empty_list_where_null
from metadata_assets.control.model import CATALOG_SYNC, ControlRow
from metadata_assets.control.problems import did_you_mean, printable
from metadata_assets.errors import ConfigurationError

DEPENDS_ON = "depends_on"
"""The key of a `transformation_config` that names other tasks of the module."""

DEFAULT_TASK_SECONDS = 3600
DEFAULT_MODULE_SECONDS = 7200

_LARGEST_INTEGER = 2**63 - 1
_IMPORT_PATH = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_PARAMETER = re.compile(r"[A-Za-z_]\w*")


def _only_an_import_path(value: str) -> str:
    if not _IMPORT_PATH.fullmatch(value):
        raise ValueError("is an import path, `package.module:name`")
    return value


def _only_parameters(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        if not _PARAMETER.fullmatch(name):
            raise ValueError("a parameter's name is letters, digits and `_`")
        if isinstance(value, (list, dict)):
            raise ValueError("a parameter is text, a number, true, false or null")
        if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
            raise ValueError("a parameter is a number of at most 64 bits")
    return values


ImportPath = Annotated[str, AfterValidator(_only_an_import_path)]

SqlParameters = Annotated[JsonObject, AfterValidator(_only_parameters)]
"""What stands for `:name` in a statement."""

SourceIds = Annotated[tuple[Identifier, ...], BeforeValidator(empty_list_where_null)]


class TaskSpec(Strict):
    """What every task's `transformation_config` may hold."""

    task_type: str | None = None
    depends_on: SourceIds = Field(
        (), description="Tasks of the same module, active or not, that must succeed before."
    )
    retries: int = Field(0, ge=0, le=20, description="How often it is tried again.")
    retry_seconds: float = Field(5, ge=0, le=3600, description="The pause before trying again.")
    timeout_seconds: float = Field(
        DEFAULT_TASK_SECONDS, gt=0, le=604_800, description="How long one attempt may take."
    )


class CatalogSyncTask(TaskSpec):
    """Read the source's catalog, and all that follows from it; has options of other rooms too."""

    model_config = ConfigDict(extra="ignore")


class NotebookTask(TaskSpec):
    """A Databricks notebook; nothing here can run it, and what it takes is its own affair."""

    model_config = ConfigDict(extra="ignore")

    notebook_path: str | None = None
    base_parameters: JsonObject = Field(default_factory=dict)
    existing_cluster_id: str | None = None
    job_cluster_key: str | None = None
    environment_key: str | None = None


class SqlQuery(Strict):
    """The `sql_task` of a query."""

    sql_query: str | None = Field(None, min_length=1, description="One or more statements.")
    query_id: str | None = Field(None, min_length=1, description="Databricks: a saved query.")
    warehouse_id: str | None = Field(None, min_length=1, description="Databricks: where it runs.")
    parameters: SqlParameters = Field(default_factory=dict, description="What `:name` stands for.")
    preview_rows: int = Field(10, ge=0, le=100, description="How many rows are kept to look at.")

    @model_validator(mode="after")
    def _says_what(self) -> SqlQuery:
        if not self.sql_query and not self.query_id:
            raise ValueError("needs a `sql_query`, or on Databricks a `query_id`")
        return self


class SqlFile(Strict):
    """The `sql_task` of a file."""

    sql_file_path: str = Field(min_length=1, description="A file in the home; or on Databricks.")
    file_source: Literal["WORKSPACE", "GIT"] = "WORKSPACE"
    warehouse_id: str | None = Field(None, min_length=1, description="Databricks: where it runs.")
    parameters: SqlParameters = Field(default_factory=dict, description="What `:name` stands for.")
    preview_rows: int = Field(10, ge=0, le=100, description="How many rows are kept to look at.")


class SqlQueryTask(TaskSpec):
    """Statements, run on the source's own connection."""

    task_type: Literal["sql_query"]
    sql_task: SqlQuery


class SqlFileTask(TaskSpec):
    """A file of statements, run on the source's own connection."""

    task_type: Literal["sql_file"]
    sql_task: SqlFile


class AssetTask(TaskSpec):
    """Materialize assets."""

    task_type: Literal["asset"]
    selection: str = Field(min_length=1, description="As `dagster asset materialize` takes it.")
    partition: str | None = Field(None, min_length=1, description="Where they have partitions.")


class PythonTask(TaskSpec):
    """Call a function that this machine's environment allows."""

    task_type: Literal["python"]
    function: ImportPath = Field(description="Its import path, `package.module:name`.")
    parameters: JsonObject = Field(default_factory=dict, description="Its keyword arguments.")


TASK_TYPES: Mapping[str, type[TaskSpec]] = {
    CATALOG_SYNC: CatalogSyncTask,
    "sql_query": SqlQueryTask,
    "sql_file": SqlFileTask,
    "asset": AssetTask,
    "python": PythonTask,
    "notebook": NotebookTask,
}
"""The model of each task type."""


def task_of(row: ControlRow) -> TaskSpec:
    """What a row asks to be done.

    Raises:
        ConfigurationError: Its `transformation_config` is wrong; repeats no value.
    """
    model = TASK_TYPES.get(row.task_type)
    if model is None:
        raise ConfigurationError(
            f"unknown task_type `{printable(row.task_type)}`",
            where=row.key,
            remedy=did_you_mean(row.task_type, TASK_TYPES),
        )
    try:
        return model.model_validate(dict(row.transformation_config))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'it'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(
            f"the transformation_config is wrong: {problems}",
            where=row.key,
            remedy=f"Fields: {', '.join(model.model_fields)}.",
        ) from None
