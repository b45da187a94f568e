"""Python tasks: a function of yours, called in a process of its own.

An import path is code. It is named in the control table, which more people can write than can
install code, so a machine calls only the paths its own environment allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from metadata_assets.control.tasks import PythonTask
from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.child import call_in_child
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.outcome import TaskResult
from metadata_assets.modules.plan import Task

_LONGEST_NOTE = 500


def run_python(task: Task, allowed: Sequence[str], limit: Limit) -> TaskResult:
    """Call the function of a `python` task; what it returns becomes the task's note.

    Args:
        task: A python task.
        allowed: GLOB patterns of the paths this machine calls.
        limit: When it is ended.

    Raises:
        ConfigurationError: The path is not allowed.
        TaskFailed: It raised.
        TaskInterrupted: Its process died.
        TaskTimedOut: It took longer than it may.
    """
    assert isinstance(task.spec, PythonTask)
    path = task.spec.function
    if not any(fnmatchcase(path, pattern) for pattern in allowed):
        raise ConfigurationError(
            f"it names the function `{path}`, which this machine does not allow",
            where=task.row.key,
            remedy="Import paths are code: where modules run, set METADATA_ASSETS_PYTHON_TASKS="
            f"'[\"{path}\"]' if you trust it.",
        )
    returned = call_in_child(path, task.spec.parameters, limit=limit, where=task.row.key)
    return TaskResult(note="" if returned is None else str(returned)[:_LONGEST_NOTE])
