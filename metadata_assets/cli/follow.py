"""Bring the indexes along after training records were changed from the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer
from rich.markup import escape

from metadata_assets.cli.app import err
from metadata_assets.control.table import ControlTable
from metadata_assets.lake import Lake
from metadata_assets.settings import Settings
from metadata_assets.sinks.config import SINK
from metadata_assets.training.commit import SyncOutcome


def push_changed(settings: Settings, done: Mapping[str, SyncOutcome]) -> None:
    """Push the records of the sources that changed and name a sink, as a Dagster run each.

    A push that fails ends the command with exit code 1; the next sync pushes again.
    """
    rows = ControlTable(Lake(settings.lake_uri)).rows()
    sinks = {row.key for row in rows if row.is_active and row.target_config.get(SINK)}
    push_sources(
        settings, [key for key, outcome in done.items() if outcome.snapshot_id and key in sinks]
    )


def push_sources(settings: Settings, keys: Sequence[str]) -> None:
    """Push the records of sources that name a sink, as a Dagster run each.

    A push that fails ends the command with exit code 1; the next sync pushes again.
    """
    if not keys:
        return
    # Dagster takes seconds to import.
    from metadata_assets.defs.execution import push_index
    from metadata_assets.defs.instance import home_instance

    with home_instance(settings) as instance:
        outcomes = [push_index(instance, key) for key in keys]
    for failed in (outcome for outcome in outcomes if outcome.error):
        text = f"[bold red]not pushed:[/] {escape(str(failed.error))}"
        err.print(text, soft_wrap=True, highlight=False)
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)
