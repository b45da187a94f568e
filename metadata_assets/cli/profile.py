"""`metadata-assets sources profile`: what the tables of a source hold."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import out
from metadata_assets.cli.show import print_json, show_warning
from metadata_assets.cli.sources import Json, sources_app
from metadata_assets.control.sources import open_row, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.ledger.recording import recorded_run
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.settings import Settings
from metadata_assets.sources.profile import STAGE, Profile, profile_position, profile_source
from metadata_assets.sources.registry import Source

_SHOWN = 200


@sources_app.command("profile")
def show_profile(
    key: Annotated[str, typer.Argument(metavar="SOURCE", help="The source's key.")],
    force: Annotated[bool, typer.Option("--force", help="Read all its tables again.")] = False,
    as_json: Json = False,
) -> None:
    """Statistics of a source's tables: counts, ranges, frequent values.

    Reads the tables whose structure or size changed, or whose statistics are a week old; a sync
    does the same for every source with `profile: true` in its configuration. Columns flagged as
    personal data are never read. Exit code 1 when a table had to be left out.
    """
    settings, now = Settings(), datetime.now(timezone.utc)
    lake = Lake(settings.lake_uri)
    (row,) = select_sources(ControlTable(lake).rows(), [key])
    source = open_row(row, settings.home_path)
    if not source.config.profile:
        raise ConfigurationError(
            "no statistics are kept of it",
            where=key,
            remedy="Write `profile: true` into its source_config.",
        )
    with Ledger.open(settings.ledger_url) as ledger:
        profile = _profiled(source, lake, ledger, now, oldest=now if force else None)
    if as_json:
        print_json(_document(profile))
    else:
        _show(key, profile)
    if profile.left_out:
        raise typer.Exit(1)


def _profiled(
    source: Source, lake: Lake, ledger: Ledger, now: datetime, *, oldest: datetime | None
) -> Profile:
    with recorded_run(ledger, source.key, stage=STAGE) as run:
        profile = profile_source(source, lake, now=now, oldest=oldest)
        position = profile_position(source, profile, now=now)
        ledger.update_position(source.key, STAGE, "batch", position)
        run.statistics = SyncRunStatistics(
            records_processed=len(profile.profiled), records_failed=len(profile.left_out)
        )
    return profile


def _document(profile: Profile) -> dict[str, Any]:
    return {
        "profiled": list(profile.profiled),
        "postponed": profile.postponed,
        "left_out": dict(profile.left_out),
        "statistics": profile.statistics.to_pylist(),
    }


def _show(key: str, profile: Profile) -> None:
    table = Table(title=f"Statistics of {key}", title_justify="left")
    for heading in ("table", "column", "rows", "distinct", "nulls", "from", "to", "values"):
        table.add_column(heading, overflow="fold")
    for row in profile.statistics.slice(0, _SHOWN).to_pylist():
        counts = (row["row_count"], row["distinct_count"], row["null_count"])
        values = row["top_values"] or row["sample_values"] or ()
        cells = (
            *(row["table_fqdn"], row["column_name"]),
            *("" if count is None else str(count) for count in counts),
            *(row["min_value"] or "", row["max_value"] or "", ", ".join(values)),
        )
        table.add_row(*map(escape, cells))
    out.print(table)
    if profile.statistics.num_rows > _SHOWN:
        out.print(f"… and {profile.statistics.num_rows - _SHOWN} more (--json lists all)")
    for name, reason in profile.left_out:
        show_warning(f"{name} is left out: {reason}")
    if profile.postponed:
        show_warning(f"{profile.postponed} tables were not reached in time: run it again")
