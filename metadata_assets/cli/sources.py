"""`metadata-assets sources`: what is declared, and whether it can be read."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import Commands, app, err, out
from metadata_assets.cli.show import print_json
from metadata_assets.control.plan import IngestPlan
from metadata_assets.control.sources import open_row, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import MetadataAssetsError
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings
from metadata_assets.sources.extract import STAGE

sources_app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="The sources the control table declares."
)
app.add_typer(sources_app, name="sources")

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
    """Connect to each source and read its fingerprint; says what fails and how to mend it."""
    settings = Settings()
    plan = ControlTable(Lake(settings.lake_uri)).plan(settings.drops_location)
    _show_drop_problems(plan)
    found = []
    for row in select_sources(plan.planned_rows(), sources or ()):
        try:
            open_row(row, settings.home_path).fingerprint()
            found.append({"source": row.key, "ok": True, "error": None})
        except MetadataAssetsError as error:
            found.append({"source": row.key, "ok": False, "error": str(error)})
    if as_json:
        print_json(found)
    else:
        for check in found:
            mark = "[green]ok[/]    " if check["ok"] else "[bold red]failed[/]"
            text = check["error"] or check["source"]
            out.print(f"{mark} {escape(str(text))}", soft_wrap=True, highlight=False)
    if plan.errors or not all(check["ok"] for check in found):
        raise typer.Exit(1)


def _show_drop_problems(plan: IngestPlan) -> None:
    for error in plan.errors:
        text = f"[bold red]drop refused:[/] {escape(str(error))}"
        err.print(text, soft_wrap=True, highlight=False)
