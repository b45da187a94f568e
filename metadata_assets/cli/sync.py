"""`metadata-assets sync`: the main job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Annotated

import typer

from metadata_assets.cli.app import app
from metadata_assets.cli.progress import sync_progress
from metadata_assets.cli.show import print_json, report_document, show_report
from metadata_assets.outcomes import OnOutcome, SyncReport
from metadata_assets.preview import preview_sources
from metadata_assets.settings import Settings


@app.command()
def sync(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Keys, `module.source_id`; all active sources by default."),
    ] = None,
    all_sources: Annotated[
        bool, typer.Option("--all", help="Every active source (the default).")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read the sources and say what would change.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Read unchanged sources again too.")
    ] = False,
    allow_mass_delete: Annotated[
        bool,
        typer.Option("--allow-mass-delete", help="Accept a catalog most of which is gone."),
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes (METADATA_ASSETS_WORKERS).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Bring everything up to date with the sources that changed.

    Ingests new YAML drops, probes all sources at once, then runs the asset graph for those that
    changed. A source that fails, fails alone: exit code 1, and an error that says how to mend it.
    """
    if sources and all_sources:
        raise typer.BadParameter("name sources, or pass --all, not both")
    with sync_progress(quiet=as_json) as progress:
        if dry_run:
            report = preview_sources(
                Settings(),
                sources or (),
                now=datetime.now(timezone.utc),
                allow_mass_delete=allow_mass_delete,
                on_outcome=progress,
            )
        else:
            report = _sync(sources or (), workers, force, allow_mass_delete, progress)
    if as_json:
        print_json(report_document(report))
    else:
        show_report(report)
    if not report.succeeded:
        raise typer.Exit(1)


def _sync(
    sources: Sequence[str],
    workers: int | None,
    force: bool,
    allow_mass_delete: bool,
    on_outcome: OnOutcome,
) -> SyncReport:
    # Dagster takes seconds to import, which `--help` and a dry run need not wait for.
    from metadata_assets.defs.execution import SyncOptions, WorkerPool
    from metadata_assets.defs.instance import home_instance
    from metadata_assets.defs.sync import sync_sources

    settings = Settings()
    options = SyncOptions(force=force, allow_mass_delete=allow_mass_delete)
    with home_instance(settings) as instance, WorkerPool(workers or settings.workers) as pool:
        return sync_sources(settings, instance, sources, options, pool.sync, on_outcome=on_outcome)
