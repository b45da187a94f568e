"""Modules of tests: their rows, and a run without Dagster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata_assets.control.model import ControlRow
from metadata_assets.ledger.store import Ledger
from metadata_assets.modules.attempts import Recorder
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.outcome import ModuleRun
from metadata_assets.modules.plan import plan_module
from metadata_assets.modules.run import run_module
from metadata_assets.modules.runners import core_runners
from metadata_assets_tests.home import Home

ALLOWED = {"METADATA_ASSETS_PYTHON_TASKS": '["metadata_assets_tests.modules.called:*"]'}
"""What the environment says where tests call the functions of `called`."""


def row(name: str, order: int = 1, *, active: bool = True, **transformation: Any) -> ControlRow:
    """A task of the module `m` on the home's `d.sqlite`."""
    return ControlRow(
        module_name="m",
        source_id=name,
        source_type="sqlite",
        execution_order=order,
        source_config={"path": "d.sqlite"},
        transformation_config=transformation,
        is_active=active,
    )


def sql(
    name: str, order: int, text: str, *, parameters: Mapping[str, Any] | None = None, **more: Any
) -> ControlRow:
    """A `sql_query` task of the module `m`."""
    task = {"sql_query": text, "parameters": dict(parameters or {})}
    return row(name, order, task_type="sql_query", sql_task=task, **more)


def python(name: str, order: int, function: str, **more: Any) -> ControlRow:
    """A `python` task of the module `m` that calls a function of `called`."""
    path = f"metadata_assets_tests.modules.called:{function}"
    return row(name, order, task_type="python", function=path, **more)


def run(home: Home, *rows: ControlRow, seconds: float = 60) -> ModuleRun:
    """Run a module as the asset does, without Dagster."""
    settings = home.settings
    with Ledger.open(settings.ledger_url) as ledger:
        return run_module(
            plan_module("m", rows, {}),
            core_runners(settings),
            Recorder(ledger),
            Limit.of(seconds),
            on_task=lambda _outcome: None,
        )


def statuses(done: ModuleRun) -> dict[str, str]:
    return {outcome.task: outcome.status for outcome in done.outcomes}
