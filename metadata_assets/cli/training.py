"""`metadata-assets training`: the training records, their past and their repair."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import Commands, app, out
from metadata_assets.cli.follow import push_changed
from metadata_assets.cli.show import print_json
from metadata_assets.curation import Curation
from metadata_assets.outcomes import TOLD_OF_A_RECORD
from metadata_assets.settings import Settings
from metadata_assets.training.commit import SyncOutcome
from metadata_assets.training.plan import SyncPlan
from metadata_assets.training.selection import Selection

training_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="The training records: list them, see their past, take them back, add your own.",
)
app.add_typer(training_app, name="training")

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
OfSource = Annotated[str | None, typer.Option("--source", help="Only of this source.")]
Record = Annotated[str, typer.Argument(help="A record's id, or the beginning of it.")]

_SHOWN_SNAPSHOTS = (
    "snapshot_id",
    "source",
    "mode",
    "status",
    "started_at",
    "duration_ms",
    "lake_version_before",
    "lake_version_after",
    "changes_applied",
)


@training_app.command("records")
def list_records(
    source: OfSource = None,
    domains: Annotated[list[str] | None, typer.Option("--domain")] = None,
    tables: Annotated[
        list[str] | None, typer.Option("--table", help="GLOB pattern, `sales.*`.")
    ] = None,
    kinds: Annotated[list[str] | None, typer.Option("--kind")] = None,
    as_json: Json = False,
) -> None:
    """The records and their status."""
    selection = Selection(tuple(domains or ()), tuple(tables or ()), tuple(kinds or ()))
    rows = Curation(Settings()).records(source, selection).to_pylist()
    _show(rows, as_json, "No training records. Run `metadata-assets sync`.")


@training_app.command("show")
def show_record(record: Record, as_json: Json = False) -> None:
    """One record, with its words."""
    found = Curation(Settings()).record(record)
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if name not in ("question", "content") and value is not None:
            out.print(f"[bold]{name}[/]: {escape(str(value))}", soft_wrap=True, highlight=False)
    for name in ("question", "content"):
        if found[name]:
            out.print(f"\n{escape(found[name])}", soft_wrap=True, highlight=False)


@training_app.command("history")
def show_history(record: Record, as_json: Json = False) -> None:
    """Everything a record ever said, newest first."""
    rows = [asdict(wording) for wording in Curation(Settings()).history(record)]
    _show(rows, as_json, "It has no history.")


@training_app.command("snapshots")
def list_snapshots(source: OfSource = None, as_json: Json = False) -> None:
    """Every sync that changed something, newest first."""
    rows = Curation(Settings()).snapshots(source)
    if not as_json:
        rows = [{name: row[name] for name in _SHOWN_SNAPSHOTS} for row in rows]
    _show(rows, as_json, "No snapshots: nothing was ever changed.")


@training_app.command("diff")
def show_diff(
    earlier: Annotated[str, typer.Argument(help="A snapshot's id.")],
    later: Annotated[str, typer.Argument(help="A later one of the same source.")],
    as_json: Json = False,
) -> None:
    """What differs between the records at two snapshots."""
    rows = Curation(Settings()).diff(earlier, later).to_pylist()
    _show(rows, as_json, "The records are the same at both.")


@training_app.command("rollback")
def rollback(
    snapshot: Annotated[str, typer.Argument(help="Its id, from `training snapshots`.")],
    sources: Annotated[
        list[str] | None,
        typer.Option("--source", help="Another source, taken back to the same moment; repeatable."),
    ] = None,
    all_sources: Annotated[bool, typer.Option("--all", help="Every source.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Take catalog records back to what they were when a snapshot was completed.

    Of the snapshot's own source, unless you name others. By a new commit, so it can be taken back
    too; manual records and hand edits stay, and the index follows at once. It holds until the
    catalog changes: a sync of the same catalog leaves it, `sync --mode full` ends it.
    """
    if sources and all_sources:
        raise typer.BadParameter("name sources, or pass --all, not both")
    curation = Curation(Settings())
    named = curation.sources() if all_sources else sources or ()
    if dry_run:
        report_changes(curation.preview_rollback(snapshot, named), as_json)
        return
    done = curation.rollback(snapshot, named)
    report_changes(done, as_json)
    push_changed(curation.settings, done)


@training_app.command("dedupe")
def dedupe(
    source: OfSource = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Repair imported sets: of records that say the same, the newest stays. Chunks are kept."""
    curation = Curation(Settings())
    named = [source] if source else curation.sources()
    if dry_run:
        report_changes({key: curation.preview_dedupe(key) for key in named}, as_json)
        return
    done = {key: curation.dedupe(key) for key in named}
    report_changes(done, as_json)
    push_changed(curation.settings, done)


def report_changes(done: dict[str, SyncOutcome] | dict[str, SyncPlan], as_json: bool) -> None:
    """Say what changes or changed in the records of each source."""
    rows = [
        {"source": source, **change}
        for source, outcome in done.items()
        for change in outcome.changes.select(["record_id", *TOLD_OF_A_RECORD]).to_pylist()
    ]
    _show(rows, as_json, "Nothing to change.")


def _show(rows: list[dict[str, Any]], as_json: bool, nothing: str) -> None:
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print(nothing)
        return
    table = Table()
    for heading in rows[0]:
        table.add_column(heading.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(escape("" if value is None else str(value)) for value in row.values()))
    out.print(table)
