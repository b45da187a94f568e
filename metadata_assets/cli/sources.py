"""`metadata-assets sources`: what is declared, and whether it can be read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import Commands, app, err, out
from metadata_assets.cli.show import print_json, show_warning
from metadata_assets.control.model import ControlRow
from metadata_assets.control.plan import IngestPlan
from metadata_assets.control.sources import open_row, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import MetadataAssetsError, SourceRefused
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings
from metadata_assets.sources.driver import least_privileges
from metadata_assets.sources.extract import STAGE
from metadata_assets.sources.registry import driver_for

sources_app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="The sources the control table declares."
)
app.add_typer(sources_app, name="sources")

_SHOWN = 30

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@sources_app.command("list")
def list_sources(as_json: Json = False) -> None:
    """Every source, active or not, as the next sync will see it, and when it was last read."""
    settings = Settings()
    plan = ControlTable(Lake(settings.lake_uri)).plan(settings.drops_location)
    _show_drop_problems(plan)
    with Ledger.open(settings.ledger_url) as ledger:
        rows = [
            {
                "source": row.key,
                "source_type": row.source_type,
                "execution_order": row.execution_order,
                "is_active": row.is_active,
                "origin": row.origin,
                "last_read": (ledger.position(row.key, STAGE, "batch") or {}).get("extracted_at"),
            }
            for row in plan.planned_rows()
        ]
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print(
            f"No sources yet. Put a YAML file into {escape(str(settings.drops_location))} and run "
            "`metadata-assets sync`, or try `metadata-assets demo`.",
            soft_wrap=True,
        )
        return
    table = Table()
    for heading in rows[0]:
        table.add_column(heading.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(escape("" if value is None else str(value)) for value in row.values()))
    out.print(table)


@sources_app.command("check")
def check_sources(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Keys; all active sources by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read each source; says what fails, what it would not show, and how to mend it.

    Where that is a matter of privileges, prints the least that the user needs. Writes nothing. Exit
    code 1 when a source cannot be read; an object that cannot be read is a warning.
    """
    settings = Settings()
    plan = ControlTable(Lake(settings.lake_uri)).plan(settings.drops_location)
    _show_drop_problems(plan)
    rows = select_sources(plan.planned_rows(), sources or ())
    found = [_checked(row, settings.home_path) for row in rows]
    if as_json:
        print_json(found)
    else:
        for check in found:
            _show_check(check)
        for script in dict.fromkeys(filter(None, (one["least_privileges"] for one in found))):
            out.print(escape(script), soft_wrap=True, highlight=False)
    if plan.errors or not all(check["ok"] for check in found):
        raise typer.Exit(1)


def _checked(row: ControlRow, home: Path) -> dict[str, Any]:
    check: dict[str, Any] = {"source": row.key, "ok": True, "error": None}
    check |= {"objects": None, "unreadable": [], "least_privileges": None}
    try:
        source = open_row(row, home)
        source.fingerprint()
        catalog = source.extract()
    except MetadataAssetsError as error:
        is_refused = isinstance(error, SourceRefused)
        check |= {"ok": False, "error": str(error)}
    else:
        is_refused = False
        check |= {
            "objects": catalog.tables.num_rows,
            "unreadable": catalog.unreadable.to_pylist(),
        }
    if is_refused or check["unreadable"]:
        check["least_privileges"] = least_privileges(
            driver_for(row.source_type, where=row.key).dialect
        )
    return check


def _show_check(check: Mapping[str, Any]) -> None:
    if check["error"]:
        error = check["error"].removeprefix(f"{check['source']}: ")
        text = f"[bold red]failed[/] {escape(check['source'])}: {escape(error)}"
    else:
        text = f"[green]ok[/]     {escape(check['source'])}: {check['objects']} tables and views"
    out.print(text, soft_wrap=True, highlight=False)
    for one in check["unreadable"][:_SHOWN]:
        show_warning(f"{check['source']}: {one['object_name']} cannot be read: {one['reason']}")
    if len(check["unreadable"]) > _SHOWN:
        out.print(f"… and {len(check['unreadable']) - _SHOWN} more (--json lists all)")


def _show_drop_problems(plan: IngestPlan) -> None:
    for error in plan.errors:
        text = f"[bold red]drop refused:[/] {escape(str(error))}"
        err.print(text, soft_wrap=True, highlight=False)
