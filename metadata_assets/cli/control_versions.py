"""`metadata-assets control`: the versions of the control table."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import out
from metadata_assets.cli.control import Json, control_app, control_table, short
from metadata_assets.cli.show import print_json, show_names
from metadata_assets.control.detect import DetectedChanges
from metadata_assets.control.model import ETL_CONTROL, ControlRow
from metadata_assets.control.rollback import roll_back
from metadata_assets.control.watermark import read_watermark
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings


@control_app.command()
def history(
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest commits.")] = 20,
    as_json: Json = False,
) -> None:
    """Who changed the control table, when and how much, newest first."""
    commits = [_commit(entry) for entry in Lake(Settings().lake_uri).history(ETL_CONTROL, limit)]
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
    rows = control_table(Settings()).read(version)
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
    control = control_table(Settings())
    done = roll_back(control, version, now=datetime.now(timezone.utc), author=getpass.getuser())
    if as_json:
        print_json(asdict(done))
        return
    show_names(
        changed=done.changed,
        returned=done.returned,
        deleted=done.deleted,
        switched_off=done.switched_off,
    )
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
    control = control_table(Settings())
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
    _show_changes(control_table(settings).detect_changes(since), as_json=as_json)


def _show_changes(found: DetectedChanges, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
        return
    show_names(
        new_modules=found.new_modules,
        updated_modules=found.updated_modules,
        deactivated_modules=found.deactivated_modules,
        reactivated=found.reactivated,
    )
    for change in found.changed_sources:
        out.print(f"{change.change} {escape(change.source)}", highlight=False)
        for name, values in change.fields.items():
            told = f"  {name}: {escape(short(values.before))} → {escape(short(values.after))}"
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
        short(row.source_config),
    )
