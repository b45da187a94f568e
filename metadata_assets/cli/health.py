"""`metadata-assets health`: can the training records be trusted?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.catalog.model import UNREADABLE
from metadata_assets.cli.app import app, out
from metadata_assets.cli.show import print_json, show_warning, unreadable_text
from metadata_assets.health import health_document, home_health
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import ErrorRecord
from metadata_assets.settings import Settings
from metadata_assets.training.health import Health, SourceHealth

_HEADINGS = (
    "source",
    "live",
    "outdated",
    "edited",
    "deleted",
    "to be pushed",
    "last synced (UTC)",
)


@app.command("health")
def show_health(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """How true the training records are: live, outdated and deleted ones, hand edits, last sync.

    Exit code 1 when more than 10 records of a source are outdated, or one was not synced for over
    7 days; METADATA_ASSETS_HEALTH_MAX_OUTDATED, …_OUTDATED_SHARE, …_EDITED, …_AGE_DAYS and …_LAG
    set other limits. Objects that cannot be read are a warning: what is known of them stays.
    """
    settings = Settings()
    with Ledger.open(settings.ledger_url) as ledger:
        failing = ledger.errors(status="open")
        found = home_health(settings, ledger, now=datetime.now(timezone.utc))
    lake = Lake(settings.lake_uri)
    unreadable: dict[str, list[str]] = {}
    for row in lake.read_all(UNREADABLE).to_pylist():
        unreadable.setdefault(row["source"], []).append(row["object_name"])
    if as_json:
        print_json(_document(found, failing, unreadable))
    else:
        _show(found, failing, unreadable)
    if found.warnings:
        raise typer.Exit(1)


def _document(
    found: Health, failing: list[ErrorRecord], unreadable: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    document = health_document(found)
    return document | {
        "sources": [
            {**one, "unreadable": unreadable.get(one["source"], [])} for one in document["sources"]
        ],
        "open_errors": [
            {"source": error.schema_name, "type": error.error_type, "message": error.error_message}
            for error in failing
        ],
    }


def _cells(one: SourceHealth | Health) -> tuple[str, ...]:
    lag = "no index" if one.lag is None else str(one.lag)
    return (str(one.live), str(one.outdated), str(one.edited), str(one.deleted), lag)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


def _show(
    found: Health, failing: list[ErrorRecord], unreadable: Mapping[str, Sequence[str]]
) -> None:
    if not found.sources:
        out.print("Nothing was synced yet. Run `metadata-assets sync`.")
    else:
        table = Table()
        for heading in _HEADINGS:
            table.add_column(heading)
        for one in found.sources:
            table.add_row(one.source, *_cells(one), _moment(one.last_synced_at))
        if len(found.sources) > 1:
            table.add_section()
            table.add_row("all", *_cells(found), _moment(found.oldest_sync))
        out.print(table)
    for warning in found.warnings:
        show_warning(warning)
    for source, names in unreadable.items():
        show_warning(f"{source}: {unreadable_text(names)}")
    for error in failing:
        out.print(
            f"[bold red]open error:[/] {escape(error.error_message)}",
            soft_wrap=True,
            highlight=False,
        )
