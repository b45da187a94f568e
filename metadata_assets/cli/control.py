"""`metadata-assets control`: where the control table and the drops disagree, and the way back."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from metadata_assets.cli.app import Commands, app, err, out
from metadata_assets.cli.show import print_json, show_names
from metadata_assets.control.export import export
from metadata_assets.control.settlement import Settlement
from metadata_assets.control.table import ControlTable
from metadata_assets.lake import Lake
from metadata_assets.settings import Settings

control_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="The control table: its versions, and where it and the drops disagree.",
)
app.add_typer(control_app, name="control")

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


class Take(str, Enum):
    """The side that wins a conflict."""

    yaml = "yaml"
    table = "table"


@control_app.command()
def conflicts(as_json: Json = False) -> None:
    """What both a drop and somebody else changed; the table's value stands meanwhile.

    Exit code 1 where there is any. `control resolve` settles them.
    """
    settings = Settings()
    found = control_table(settings).plan(settings.drops_location).conflicts
    if as_json:
        print_json([asdict(conflict) | {"message": str(conflict)} for conflict in found])
    elif not found:
        out.print("No conflicts.")
    for conflict in () if as_json else found:
        out.print(f"[yellow]conflict:[/] {escape(str(conflict))}", soft_wrap=True, highlight=False)
        for difference in conflict.differences:
            out.print(
                f"  {escape(difference.column)}: "
                f"yaml {escape(short(difference.yaml))}, table {escape(short(difference.table))}",
                soft_wrap=True,
                highlight=False,
            )
    if found:
        raise typer.Exit(1)


@control_app.command()
def resolve(
    take: Annotated[Take, typer.Option(help="The side that wins.")],
    keys: Annotated[
        list[str] | None, typer.Argument(help="Conflicts, as `control conflicts` names them.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All conflicts.")] = False,
) -> None:
    """Settle conflicts: the drop's value is taken, or the table's is kept.

    A table's value that won stands until the drop changes again. Ingests the drops folder.
    """
    if bool(keys) == every:
        raise typer.BadParameter("name conflicts, or pass --all")
    settings = Settings()
    outcome = control_table(settings).settle(
        settings.drops_location,
        Settlement(take.value, None if every else frozenset(keys or ())),
        now=datetime.now(timezone.utc),
        user=getpass.getuser(),
    )
    left = len(outcome.plan.conflicts)
    out.print(f"Settled; {left} conflicts are left." if left else "Settled; no conflict is left.")


@control_app.command("export")
def export_drops(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one of an earlier export.")],
    as_json: Json = False,
) -> None:
    """Write the table, and what is known of its sources, as drops that ingest back to the same.

    Files that say what the table says are copied; in others only what differs is changed, so that
    comments and order stay. Rows that were made in the table get files of their own.
    """
    settings = Settings()
    done = export(control_table(settings), settings.drops_location, folder)
    if as_json:
        print_json(asdict(done))
    else:
        show_names(copied=done.copied, changed=done.changed, written=done.written)
    if done.left_out:
        err.print(
            f"[bold red]left out:[/] {escape(', '.join(done.left_out))}: rows that cannot be "
            "understood; `metadata-assets control show` says why.",
            soft_wrap=True,
            highlight=False,
        )
        raise typer.Exit(1)


def short(value: Any) -> str:
    """A value in one line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:199]}…"


def control_table(settings: Settings) -> ControlTable:
    """The control table of the home."""
    return ControlTable(Lake(settings.lake_uri))
