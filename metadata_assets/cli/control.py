"""`metadata-assets control`: the control table, its history, and its quarrels with the drops."""

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
from rich.table import Table

from metadata_assets.cli.app import Commands, app, err, out
from metadata_assets.cli.show import print_json
from metadata_assets.control.detect import DetectedChanges
from metadata_assets.control.export import export
from metadata_assets.control.model import ETL_CONTROL, ControlRow
from metadata_assets.control.rollback import roll_back
from metadata_assets.control.settlement import Settlement
from metadata_assets.control.table import ControlTable
from metadata_assets.control.watermark import read_watermark
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
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
    found = _control(settings).plan(settings.drops_location).conflicts
    if as_json:
        print_json([asdict(conflict) | {"message": str(conflict)} for conflict in found])
    elif not found:
        out.print("No conflicts.")
    for conflict in () if as_json else found:
        out.print(f"[yellow]conflict:[/] {escape(str(conflict))}", soft_wrap=True, highlight=False)
        for difference in conflict.differences:
            out.print(
                f"  {escape(difference.column)}: "
                f"yaml {escape(_short(difference.yaml))}, table {escape(_short(difference.table))}",
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
    outcome = _control(settings).settle(
        settings.drops_location,
        Settlement(take.value, None if every else frozenset(keys or ())),
        now=datetime.now(timezone.utc),
        user=getpass.getuser(),
    )
    left = len(outcome.plan.conflicts)
    out.print(f"Settled; {left} conflicts are left." if left else "Settled; no conflict is left.")


@control_app.command()
def history(
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest commits.")] = 20,
    as_json: Json = False,
) -> None:
    """Who changed the control table, when and how much, newest first."""
    commits = [_commit(entry) for entry in _lake().history(ETL_CONTROL, limit)]
    if as_json:
        print_json(commits)
        return
    table = Table()
    for heading in ("version", "time (UTC)", "origin", "author", "what"):
        table.add_column(heading, overflow="fold")
    for commit in commits:
        what = ", ".join(f"{n} {effect}" for effect, n in commit["rows"].items())
        moment = f"{commit['timestamp']:%Y-%m-%d %H:%M:%S}"
        row = (str(commit["version"]), moment, commit["origin"], commit["author"], what)
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)


@control_app.command()
def show(
    version: Annotated[
        int | None, typer.Option(min=0, help="The version; the current one by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """The rows of the control table, now or at an earlier version."""
    rows = _control(Settings()).read(version)
    if as_json:
        print_json([row.columns() for row in rows.sound])
        return
    table = Table()
    for heading in ("order", "source", "type", "active", "origin", "updated by", "source_config"):
        table.add_column(heading, overflow="fold")
    for row in rows.sound:
        table.add_row(*(escape(cell) for cell in _cells(row)))
    out.print(table)
    for error in rows.broken.values():
        out.print(f"[bold red]broken:[/] {escape(str(error))}", soft_wrap=True, highlight=False)


@control_app.command()
def rollback(
    version: Annotated[int, typer.Argument(min=0, help="The version to go back to.")],
    as_json: Json = False,
) -> None:
    """Make the control table say what it said at an earlier version, in a new commit.

    Counts as a direct edit: ingesting the same drops again does not undo it. A source that came
    later is deleted; one that a drop declares is switched off instead.
    """
    control = _control(Settings())
    done = roll_back(control, version, now=datetime.now(timezone.utc), author=getpass.getuser())
    if as_json:
        print_json(asdict(done))
        return
    for name in ("changed", "returned", "deleted", "switched_off"):
        keys = getattr(done, name)
        if keys:
            told = f"{name.replace('_', ' ')}: {escape(', '.join(keys))}"
            out.print(told, soft_wrap=True, highlight=False)
    out.print(f"The control table is at version {done.version}.", highlight=False)


@control_app.command()
def diff(
    before: Annotated[int, typer.Argument(min=0, help="The earlier version.")],
    after: Annotated[
        int | None, typer.Argument(min=0, help="The later one; the current one by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What happened to modules and sources between two versions."""
    control = _control(Settings())
    control.read(before)  # an unknown version is an error here, not "everything is new"
    _show_changes(control.detect_changes(before, after), as_json=as_json)


@control_app.command()
def changes(
    since: Annotated[
        int | None, typer.Option(min=0, help="A version; by default what `watch` has processed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What happened since a version, or since `metadata-assets watch` last processed changes."""
    settings = Settings()
    if since is None:
        with Ledger.open(settings.ledger_url) as ledger:
            since = read_watermark(ledger).version
    _show_changes(_control(settings).detect_changes(since), as_json=as_json)


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
    done = export(_control(settings), settings.drops_location, folder)
    if as_json:
        print_json(asdict(done))
    for name in () if as_json else ("copied", "changed", "written"):
        paths = getattr(done, name)
        if paths:
            out.print(f"{name}: {escape(', '.join(paths))}", soft_wrap=True, highlight=False)
    if done.left_out:
        err.print(
            f"[bold red]left out:[/] {escape(', '.join(done.left_out))}: rows that cannot be "
            "understood; `metadata-assets control show` says why.",
            soft_wrap=True,
            highlight=False,
        )
        raise typer.Exit(1)


def _show_changes(found: DetectedChanges, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
        return
    for name in ("new_modules", "updated_modules", "deactivated_modules", "reactivated"):
        modules = getattr(found, name)
        if modules:
            told = f"{name.replace('_', ' ')}: {escape(', '.join(modules))}"
            out.print(told, soft_wrap=True, highlight=False)
    for change in found.changed_sources:
        out.print(f"{change.change} {escape(change.source)}", highlight=False)
        for name, values in change.fields.items():
            told = f"  {name}: {escape(_short(values.before))} → {escape(_short(values.after))}"
            out.print(told, soft_wrap=True, highlight=False)
    if found.is_empty:
        out.print("Nothing changed.")


def _commit(entry: dict[str, Any]) -> dict[str, Any]:
    effects = ("inserted", "updated", "deleted", "deactivated", "reactivated", "relinked")
    return {
        "version": entry["version"],
        "timestamp": datetime.fromtimestamp(entry["timestamp"] / 1000, timezone.utc),
        "operation": entry["operation"],
        "origin": entry.get("origin", entry.get("engineInfo", "")),
        "author": entry.get("author", entry.get("userName", "")),
        "rows": {name: int(entry[name]) for name in effects if entry.get(name, "0") != "0"},
    }


def _cells(row: ControlRow) -> tuple[str, ...]:
    return (
        str(row.execution_order),
        row.key,
        row.source_type,
        "yes" if row.is_active else "no",
        row.origin or "",
        row.updated_by or "",
        _short(row.source_config),
    )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:199]}…"


def _lake() -> Lake:
    return Lake(Settings().lake_uri)


def _control(settings: Settings) -> ControlTable:
    return ControlTable(Lake(settings.lake_uri))
