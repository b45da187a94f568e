"""The plan of one module: its tasks, in the steps in which they run.

A step holds the tasks of one `execution_order`, which run side by side but for `depends_on`; it
begins when all of the step before have succeeded. Inactive tasks are left out, and nobody waits for
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from metadata_assets.control.dependencies import Ordered, contradictions
from metadata_assets.control.model import ControlRow
from metadata_assets.control.problems import nearest
from metadata_assets.control.tasks import TaskSpec, task_of
from metadata_assets.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a module.

    Attributes:
        row: The row that declares it.
        spec: What it asks to be done.
        waits_for: The tasks that must succeed before it starts.
    """

    row: ControlRow
    spec: TaskSpec
    waits_for: frozenset[str]

    @property
    def name(self) -> str:
        """Its name in the module."""
        return self.row.source_id


@dataclass(frozen=True, slots=True)
class Step:
    """The tasks of one `execution_order`."""

    order: int
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class ModulePlan:
    """What running a module would do.

    Attributes:
        module: Its name.
        steps: In order; none where every task is inactive.
        inactive: The names of the tasks that are switched off.
    """

    module: str
    steps: tuple[Step, ...]
    inactive: tuple[str, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All active tasks, in order."""
        return tuple(task for step in self.steps for task in step.tasks)

    def document(self) -> dict[str, Any]:
        """The plan as JSON."""
        return {
            "module": self.module,
            "steps": [
                {
                    "execution_order": step.order,
                    "tasks": [
                        {
                            "task": task.name,
                            "task_type": task.row.task_type,
                            "waits_for": sorted(task.waits_for),
                            "timeout_seconds": task.spec.timeout_seconds,
                            "retries": task.spec.retries,
                        }
                        for task in step.tasks
                    ],
                }
                for step in self.steps
            ],
            "inactive": list(self.inactive),
        }


def by_module(rows: Iterable[ControlRow]) -> dict[str, list[ControlRow]]:
    """The rows of each module, by its name."""
    modules: dict[str, list[ControlRow]] = {}
    for row in sorted(rows, key=lambda row: row.key):
        modules.setdefault(row.module_name, []).append(row)
    return modules


def plan_module(
    module: str, rows: Iterable[ControlRow], broken: Mapping[str, ConfigurationError]
) -> ModulePlan:
    """Plan a module.

    Args:
        module: Its name.
        rows: The sound rows of the control table, of any module.
        broken: Why the other rows cannot be understood, by key: a module with such a one does not
            run, for nobody knows what it asked for.

    Raises:
        ConfigurationError: There is no such module, or one of its tasks is wrong.
    """
    modules = by_module(rows)
    for key, error in broken.items():
        if key.startswith(f"{module}."):
            raise error
    if module not in modules:
        raise ConfigurationError(
            f"there is no module {module}",
            remedy=f"{nearest(module, modules)}Modules: {', '.join(modules) or 'none'}.",
        )
    of_module = sorted(modules[module], key=lambda row: (row.execution_order, row.source_id))
    active = [row for row in of_module if row.is_active]
    specs = {row.source_id: task_of(row) for row in active}
    _require_order(module, active, specs, {row.source_id for row in of_module})
    steps: list[Step] = []
    for order, found in groupby(active, key=lambda row: row.execution_order):
        before = {task.name for task in steps[-1].tasks} if steps else set()
        tasks = tuple(_task(row, specs, before) for row in found)
        steps.append(Step(order, tasks))
    inactive = tuple(row.source_id for row in of_module if not row.is_active)
    return ModulePlan(module, tuple(steps), inactive)


def _task(row: ControlRow, specs: Mapping[str, TaskSpec], before: set[str]) -> Task:
    spec = specs[row.source_id]
    active = {name for name in spec.depends_on if name in specs}
    return Task(row, spec, frozenset(before | active))


def _require_order(
    module: str, active: list[ControlRow], specs: Mapping[str, TaskSpec], known: set[str]
) -> None:
    for row in active:
        for name in specs[row.source_id].depends_on:
            if name not in known:
                raise ConfigurationError(
                    f"it depends on `{name}`, which module {module} has not",
                    where=row.key,
                    remedy=f"{nearest(name, known)}Add it, or leave it out of depends_on.",
                )
    ordered = (
        Ordered(row.source_id, row.execution_order, specs[row.source_id].depends_on)
        for row in active
    )
    for found in contradictions(ordered):
        raise ConfigurationError(
            found.what, where=f"{module}.{found.source_id}", remedy=found.remedy
        )
