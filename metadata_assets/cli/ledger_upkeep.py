"""`metadata-assets ledger upgrade|recover|cleanup|import`: keep the ledger in order."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from metadata_assets.cli.app import out
from metadata_assets.cli.ledger import Json, entry, home_ledger, ledger_app
from metadata_assets.cli.show import print_json
from metadata_assets.ledger import migrations
from metadata_assets.ledger.cleanup import KEEP_VERSIONS, RETENTION_DAYS
from metadata_assets.ledger.connecting import connect
from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.importing import import_metadata
from metadata_assets.settings import Settings


@ledger_app.command()
def upgrade(
    schema: Annotated[str | None, typer.Option(help="Its PostgreSQL schema.")] = None,
) -> None:
    """Bring a ledger on PostgreSQL to this version; one on SQLite is upgraded by opening it."""
    database = connect(Settings().ledger_url, schema)
    try:
        migrations.upgrade(database)
    finally:
        database.engine.dispose()
    out.print(f"The ledger is at revision {migrations.HEAD}.")


@ledger_app.command()
def recover(
    max_age_hours: Annotated[
        float, typer.Option(min=0, help="How old the last heartbeat may be.")
    ] = 24,
    as_json: Json = False,
) -> None:
    """Mark runs that died as failed: without a process on this host, or without a heartbeat."""
    with home_ledger() as ledger:
        dead = [*ledger.abandon_dead_runs(), *ledger.recover_failed_runs(max_age_hours)]
    if as_json:
        print_json(storable_json([asdict(run) for run in dead]))
        return
    for run in dead:
        out.print(entry(f"[bold]{run.schema_name}[/] {run.stage or ''}", run.error_message))
    out.print(f"{len(dead)} runs were marked as failed.")


@ledger_app.command()
def cleanup(
    retention_days: Annotated[float, typer.Option(min=0)] = RETENTION_DAYS,
    keep_versions: Annotated[int, typer.Option(min=1)] = KEEP_VERSIONS,
    as_json: Json = False,
) -> None:
    """Delete ended runs, closed errors and settled letters that are old, and old versions."""
    with home_ledger() as ledger:
        _show_counts(ledger.cleanup_old_metadata(retention_days, keep_versions), "deleted", as_json)


@ledger_app.command("import")
def import_(
    url: Annotated[
        str,
        typer.Argument(
            envvar="METADATA_ASSETS_IMPORT",
            show_envvar=True,
            help="SQLAlchemy URL of SQLite or PostgreSQL; with a password, by the variable.",
        ),
    ],
    schema: Annotated[str | None, typer.Option(help="The schema of its five tables.")] = None,
    as_json: Json = False,
) -> None:
    """Bring an older system's metadata over: sync_markers, sync_runs, error_log and the like.

    Rows keep their ids: importing again adds only what is new.
    """
    other = connect(url, schema)
    try:
        with home_ledger() as ledger:
            _show_counts(import_metadata(ledger, other), "imported", as_json)
    finally:
        other.engine.dispose()


def _show_counts(counts: dict[str, int], what: str, as_json: bool) -> None:
    if as_json:
        print_json(counts)
        return
    for table, count in counts.items():
        out.print(f"{table}: {count:,} {what}")
