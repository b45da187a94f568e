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
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import ErrorRecord
from metadata_assets.settings import Settings
from metadata_assets.sources.probe import last_synced
from metadata_assets.training.health import Health, Thresholds, health
from metadata_assets.training.records import RECORDS


@app.command("health")
def show_health(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """How true the training records are: live, outdated and deleted ones, and the last sync.

    Exit code 1 when more than 10 records of a source are outdated, or one was not synced for over
    7 days. Objects that cannot be read are a warning: what is known of them stays.
    """
    settings = Settings()
    with Ledger.open(settings.ledger_url) as ledger:
        synced, failing = last_synced(ledger), ledger.errors(status="open")
    lake = Lake(settings.lake_uri)
    unreadable: dict[str, list[str]] = {}
    for row in lake.read_all(UNREADABLE).to_pylist():
        unreadable.setdefault(row["source"], []).append(row["object_name"])
    found = health(
        lake.read_all(RECORDS),
        last_synced_at=synced,
        now=datetime.now(timezone.utc),
        thresholds=Thresholds(),
    )
    if as_json:
        print_json(_document(found, failing, unreadable))
    else:
        _show(found, failing, unreadable)
    if found.warnings:
        raise typer.Exit(1)


def _document(
    found: Health, failing: list[ErrorRecord], unreadable: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    return {
        "healthy": not found.warnings,
        "warnings": list(found.warnings),
        "sources": [
            {
                "source": one.source,
                "live": one.live,
                "outdated": one.outdated,
                "deleted": one.deleted,
                "unreadable": unreadable.get(one.source, []),
                "last_synced_at": one.last_synced_at,
                "records": [
                    {"kind": kind, "status": status, "count": count}
                    for (kind, status), count in one.records.items()
                ],
            }
            for one in found.sources
        ],
        "open_errors": [
            {"source": error.schema_name, "type": error.error_type, "message": error.error_message}
            for error in failing
        ],
    }


def _show(
    found: Health, failing: list[ErrorRecord], unreadable: Mapping[str, Sequence[str]]
) -> None:
    if not found.sources:
        out.print("Nothing was synced yet. Run `metadata-assets sync`.")
    else:
        table = Table()
        for heading in ("source", "live", "outdated", "deleted", "last synced (UTC)"):
            table.add_column(heading)
        for one in found.sources:
            synced = one.last_synced_at
            table.add_row(
                one.source,
                str(one.live),
                str(one.outdated),
                str(one.deleted),
                f"{synced:%Y-%m-%d %H:%M}" if synced else "never",
            )
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
