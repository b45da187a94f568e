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
from metadata_assets.training.records import KINDS
from metadata_assets.training.request import SyncRequest, parse_since
from metadata_assets.training.selection import Selection
from metadata_assets.training.sync import USUAL


@app.command()
def sync(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Keys, `module.source_id`; all active sources by default."),
    ] = None,
    named: Annotated[
        list[str] | None,
        typer.Option("--source", help="The same as naming it as an argument; repeatable."),
    ] = None,
    mode: Annotated[
        str,
        typer.Option(
            help="`incremental` writes what differs, `full` every training record anew, `verify` "
            "nothing: it lists every difference and ends with exit code 1 if there is one."
        ),
    ] = USUAL.mode,
    domains: Annotated[
        list[str] | None,
        typer.Option("--domain", help="Only training records of this business domain."),
    ] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option(
            "--table", help="Only those of tables that match this GLOB: `ord*`, `sales.*`."
        ),
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", help=f"Only those of this kind: {', '.join(KINDS)}."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="A full sync leaves alone what is in step and was written since then "
            "(2026-03-01T12:00:00Z). Other modes compare everything anyway."
        ),
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

    --domain, --table and --kind narrow which training records may change; catalog, schema and
    changes are always brought up to date as a whole, and the next plain sync does the rest.
    """
    keys = [*(sources or ()), *(named or ())]
    if keys and all_sources:
        raise typer.BadParameter("name sources, or pass --all, not both")
    selection = Selection(tuple(domains or ()), tuple(tables or ()), tuple(kinds or ()))
    request = SyncRequest(mode, selection, parse_since(since))
    with sync_progress(quiet=as_json) as progress:
        if dry_run or request.only_looks:
            report = preview_sources(
                Settings(),
                keys,
                now=datetime.now(timezone.utc),
                request=request,
                allow_mass_delete=allow_mass_delete,
                on_outcome=progress,
            )
        else:
            report = _sync(keys, workers, force, allow_mass_delete, request, progress)
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
    request: SyncRequest,
    on_outcome: OnOutcome,
) -> SyncReport:
    # Dagster takes seconds to import, which `--help` and a dry run need not wait for.
    from metadata_assets.defs.api import sync_as_requested

    settings = Settings() if workers is None else Settings(workers=workers)
    return sync_as_requested(
        sources,
        request,
        force=force,
        allow_mass_delete=allow_mass_delete,
        settings=settings,
        on_outcome=on_outcome,
    )
