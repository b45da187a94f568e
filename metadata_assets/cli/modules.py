"""`metadata-assets modules`: plan and run the tasks of modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from metadata_assets.cli.app import Commands, app, err, out
from metadata_assets.cli.show import print_json
from metadata_assets.control.table import ControlTable
from metadata_assets.control.tasks import DEFAULT_MODULE_SECONDS
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.modules.plan import ModulePlan, by_module, plan_module
from metadata_assets.settings import Settings

modules_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Modules: the tasks their sources declare, run in their order.",
)
app.add_typer(modules_app, name="modules")

Name = Annotated[str, typer.Argument(help="The module's name.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Seconds = Annotated[
    float, typer.Option("--timeout", min=1, help="Seconds that a module may take in all.")
]

_STYLES = {"succeeded": "green", "failed": "bold red", "skipped": "yellow", "inactive": "dim"}


@modules_app.command("list")
def list_modules(as_json: Json = False) -> None:
    """Every module: its job's id, its tasks, and its last run."""
    settings = Settings()
    control = ControlTable(Lake(settings.lake_uri))
    jobs = control.job_ids()
    modules = by_module(control.plan(settings.drops_location).planned_rows())
    with Ledger.open(settings.ledger_url) as ledger:
        found = []
        for module, rows in modules.items():
            last = next(iter(ledger.runs(module, stage="module_runs", limit=1)), None)
            active = sum(row.is_active for row in rows)
            found.append(
                {
                    "module": module,
                    "job_id": jobs.get(module),
                    "tasks": active,
                    "inactive": len(rows) - active,
                    "last_run": last and last.status,
                    "started": last and last.started_at,
                }
            )
    if as_json:
        print_json(found)
        return
    if not found:
        out.print("No modules yet. `metadata-assets sources list` says how to declare one.")
        return
    table = Table()
    for heading in found[0]:
        table.add_column(heading.replace("_", " "), overflow="fold")
    for one in found:
        table.add_row(*(escape("" if value is None else str(value)) for value in one.values()))
    out.print(table)


@modules_app.command("plan")
def plan(name: Name, as_json: Json = False) -> None:
    """Draw the order in which the tasks of a module would run; runs nothing.

    A step begins when all tasks of the step before have succeeded; its own run side by side.
    """
    planned = planned_module(name)
    if as_json:
        print_json(planned.document())
        return
    out.print(_drawn(planned))


@modules_app.command("run")
def run(name: Name, timeout: Seconds = DEFAULT_MODULE_SECONDS, as_json: Json = False) -> None:
    """Run the active tasks of a module in their order, as a run of the asset `module_runs`.

    Ingests new drops first. A task that fails stops what comes after it: exit code 1. One run of a
    module at a time; a second one is refused.
    """
    (document,) = _run([name], timeout)
    if as_json:
        print_json(document)
    else:
        _show(document)
    if not document["succeeded"]:
        raise typer.Exit(1)


@modules_app.command("run-all")
def run_all(timeout: Seconds = DEFAULT_MODULE_SECONDS, as_json: Json = False) -> None:
    """Run every module that has an active task, one after the other.

    A module that fails does not stop the others; exit code 1 where any did.
    """
    documents = _run([], timeout)
    if as_json:
        print_json(documents)
    else:
        for document in documents:
            _show(document)
        if not documents:
            out.print("No module has an active task.")
    if not all(document["succeeded"] for document in documents):
        raise typer.Exit(1)


def planned_module(name: str) -> ModulePlan:
    """The plan of a module, with what the drops say that is not ingested yet.

    Raises:
        ConfigurationError: There is no such module, or one of its tasks is wrong.
    """
    settings = Settings()
    found = ControlTable(Lake(settings.lake_uri)).plan(settings.drops_location)
    return plan_module(name, found.planned_rows(), found.rows.broken)


def _run(names: Sequence[str], timeout: float) -> list[dict[str, Any]]:
    """Run the named modules, or all that have an active task; one document each."""
    # Dagster takes seconds to import, which `--help` and `plan` need not wait for.
    from metadata_assets.defs.execution import run_module_of
    from metadata_assets.defs.instance import home_instance
    from metadata_assets.defs.recovery import fail_dead_runs
    from metadata_assets.defs.sync import ingest_drops

    settings = Settings()
    with home_instance(settings) as instance:
        problems = ingest_drops(settings, instance)
        with Ledger.open(settings.ledger_url) as ledger:
            fail_dead_runs(instance, ledger)
        for problem in problems:
            text = f"[bold red]drop refused:[/] {escape(problem)}"
            err.print(text, soft_wrap=True, highlight=False)
        rows = ControlTable(Lake(settings.lake_uri)).read()
        active = by_module(row for row in rows.sound if row.is_active)
        for name in names:
            plan_module(name, rows.sound, rows.broken)
        done = [run_module_of(instance, name, timeout_seconds=timeout) for name in names or active]
    return [
        {
            "module": outcome.target,
            "succeeded": outcome.error is None and not problems,
            "error": outcome.error,
            "run_id": outcome.run_id,
            "seconds": round(outcome.seconds, 3),
            **{
                name: value
                for name, value in outcome.results.get("module_runs", {}).get("run", {}).items()
                if name in ("counts", "tasks", "inactive")
            },
        }
        for outcome in done
    ]


def _drawn(planned: ModulePlan) -> Tree:
    tree = Tree(f"[bold]{escape(planned.module)}[/]")
    for step in planned.steps:
        side_by_side = " side by side" if len(step.tasks) > 1 else ""
        branch = tree.add(f"{step.order}: {len(step.tasks)} task(s){side_by_side}")
        for task in step.tasks:
            after = ", ".join(task.spec.depends_on)
            note = f" [dim]after {escape(after)}[/]" if after else ""
            branch.add(f"{escape(task.name)} [cyan]{task.row.task_type}[/]{note}")
    if planned.inactive:
        branch = tree.add("[dim]inactive, skipped[/]")
        for name in planned.inactive:
            branch.add(f"[dim]{escape(name)}[/]")
    return tree


def _show(document: dict[str, Any]) -> None:
    table = Table(title=f"Module {document['module']}", title_justify="left")
    for heading in ("order", "task", "type", "status", "seconds", "rows", "message"):
        table.add_column(heading, overflow="fold")
    for task in document.get("tasks", ()):
        values = (
            *(task["execution_order"], task["task"], task["task_type"]),
            f"[{_STYLES[task['status']]}]{task['status']}[/]",
            *(f"{task['seconds']:.1f}", "" if task["rows"] is None else task["rows"]),
            # Why it failed is in the error below.
            "" if task["status"] == "failed" else escape(task["message"]),
        )
        table.add_row(*(str(value) for value in values))
    for name in document.get("inactive", ()):
        table.add_row("", escape(name), "", "[dim]inactive[/]")
    if table.row_count:
        out.print(table)
    if document["error"]:
        text = f"[bold red]error:[/] {escape(document['error'])}"
        err.print(text, soft_wrap=True, highlight=False)
