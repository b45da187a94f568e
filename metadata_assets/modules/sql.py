"""SQL tasks: statements on a source's own connection, all of them in one transaction.

What they may do is what the source's user may do. The server is told how long a statement may take,
and the statement is interrupted if that does not help.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from metadata_assets.control.model import ControlRow
from metadata_assets.control.sources import open_row
from metadata_assets.control.tasks import SqlFile, SqlFileTask, SqlQuery, SqlQueryTask
from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.outcome import TaskResult
from metadata_assets.modules.plan import Task
from metadata_assets.modules.sql_duckdb import run_on_duckdb
from metadata_assets.modules.sql_mysql import run_on_mysql
from metadata_assets.modules.sql_postgres import run_on_postgres
from metadata_assets.modules.sql_result import Work
from metadata_assets.modules.sql_sqlite import run_on_sqlite
from metadata_assets.modules.statements import STYLES, bound_statements

LONGEST_FILE = 1_000_000
"""Bytes of a file of statements."""


class RunSql(Protocol):
    """Runs statements on one engine."""

    def __call__(self, config: Any, work: Work) -> TaskResult:
        """Run them; commits at the end, or nothing."""
        ...


_ENGINES: Mapping[str, tuple[str, RunSql]] = {
    "postgres": ("postgres", run_on_postgres),
    "mysql": ("mysql", run_on_mysql),
    "mariadb": ("mysql", run_on_mysql),
    "duckdb": ("duckdb", run_on_duckdb),
    "sqlite": ("sqlite", run_on_sqlite),
}
"""The style and the runner of each `source_type` that can run SQL."""


def run_sql_query(task: Task, home: Path, limit: Limit) -> TaskResult:
    """Run the statements of a `sql_query` task.

    Raises:
        ConfigurationError: It names no SQL, or a source that cannot run any.
        TaskFailed: The engine refuses a statement.
        TaskInterrupted: It failed by a lock or a lost connection.
        TaskTimedOut: It took longer than it may.
        SourceUnavailable: The source cannot be reached.
        SourceRefused: It refuses us.
    """
    assert isinstance(task.spec, SqlQueryTask)
    query = task.spec.sql_task
    if query.sql_query is None:
        raise ConfigurationError(
            "it names a saved query of Databricks, which only runs there",
            where=task.row.key,
            remedy="Give it a `sql_query`, or deploy the module (`modules deploy`).",
        )
    return _run(task.row, query.sql_query, query, home, limit)


def run_sql_file(task: Task, home: Path, limit: Limit) -> TaskResult:
    """Run the statements of a `sql_file` task; raises what `run_sql_query` raises."""
    assert isinstance(task.spec, SqlFileTask)
    query = task.spec.sql_task
    return _run(task.row, _text_of(query.sql_file_path, home, task.row.key), query, home, limit)


def _run(
    row: ControlRow, text: str, query: SqlQuery | SqlFile, home: Path, limit: Limit
) -> TaskResult:
    if row.source_type not in _ENGINES:
        raise ConfigurationError(
            f"SQL cannot be run on a source of type `{row.source_type}` from here",
            where=row.key,
            remedy=f"It can on {', '.join(_ENGINES)}; on Databricks, deploy the module.",
        )
    dialect, run = _ENGINES[row.source_type]
    statements = bound_statements(text, query.parameters, STYLES[dialect], where=row.key)
    config = open_row(row, home).config
    return run(config, Work(row.key, statements, query.preview_rows, limit))


def _text_of(path: str, home: Path, where: str) -> str:
    """The text of a file inside the home.

    A path is named in the control table, which more people can write than can read all files.
    """
    file = (home / path).resolve()
    if not file.is_relative_to(home.resolve()):
        raise ConfigurationError(
            f"its file {path} lies outside the home folder",
            where=where,
            remedy=f"Put it below {home}, and write its path from there.",
        )
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise ConfigurationError(
                f"its file {path} is larger than {LONGEST_FILE:,} bytes", where=where
            )
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"its file {path} cannot be read: {reason}", where=where) from None
