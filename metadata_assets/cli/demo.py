"""`metadata-assets demo`: the main job on the embedded databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from metadata_assets.cli.app import app, out
from metadata_assets.cli.progress import sync_progress
from metadata_assets.cli.show import show_report
from metadata_assets.demo.build import SOURCES, build_demo, release_two
from metadata_assets.outcomes import SyncReport
from metadata_assets.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from metadata_assets.defs.workers import WorkerPool


@app.command()
def demo() -> None:
    """Run the main job on three small embedded databases: no server, no network.

    Builds them below the home, syncs them through Dagster, releases a second version of the shop
    and syncs again. Running it again starts over from the first release.
    """
    from metadata_assets.defs.instance import home_instance
    from metadata_assets.defs.workers import WorkerPool

    settings = Settings()
    out.print(f"Building three databases in {escape(str(settings.home_path / 'demo'))}")
    build_demo(settings.home_path, settings.drops_path)
    with home_instance(settings) as instance, WorkerPool(settings.workers) as pool:
        out.rule("Release 1: everything is new", align="left")
        first = _sync(settings, instance, pool)
        out.rule("Release 2: the shop's schema changed", align="left")
        release_two(settings.home_path)
        second = _sync(settings, instance, pool)
    out.rule("Try next", align="left")
    out.print(
        "  metadata-assets health             how true the training records are\n"
        "  metadata-assets sync               nothing changed: three probes, no run\n"
        "  dagster dev                        the asset graph, runs, checks and diffs in the UI\n"
        f"  edit {escape(str(settings.drops_path / 'demo.yaml'))} and sync again",
        soft_wrap=True,
        highlight=False,
    )
    if not (first.succeeded and second.succeeded):
        raise typer.Exit(1)


def _sync(settings: Settings, instance: DagsterInstance, pool: WorkerPool) -> SyncReport:
    from metadata_assets.defs.execution import SyncOptions
    from metadata_assets.defs.sync import sync_sources

    with sync_progress(quiet=False) as progress:
        report = sync_sources(
            settings, instance, SOURCES, SyncOptions(), pool.sync, on_outcome=progress
        )
    show_report(report)
    return report
