"""`metadata-assets ledger`: what ran, what failed, how far each source was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from metadata_assets.cli.app import Commands, app, out
from metadata_assets.cli.interrupts import until_interrupted
from metadata_assets.cli.show import print_json
from metadata_assets.ledger.encoding import canonical_json, storable_json
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import ErrorStatus, RunStatus
from metadata_assets.settings import Settings

ledger_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Look into the operational ledger: runs, errors, positions, dead letters; mend it.",
)
app.add_typer(ledger_app, name="ledger")

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Watch = Annotated[bool, typer.Option("--watch", help="Show it anew every two seconds.")]
Source = Annotated[str | None, typer.Option("--source", "-s", help="Only this source.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]

_SECONDS = 2.0
_STYLES = {"failed": "bold red", "running": "cyan", "cancelled": "yellow"}


def home_ledger() -> Ledger:
    """The home's ledger, to be opened in a `with` statement."""
    return Ledger.open(Settings().ledger_url)


@ledger_app.command()
def stats(
    source: Source = None,
    hours: Annotated[float, typer.Option(min=0, help="How far back.")] = 24,
    as_json: Json = False,
    watch: Watch = False,
) -> None:
    """Sum up the runs, errors and dead letters of the last hours."""

    def look(ledger: Ledger) -> Any:
        return ledger.get_sync_statistics(source, hours)

    def show(statistics: Any) -> RenderableType:
        table = titled("", "", f"last {hours:g} hours")
        for group in ("sync_runs", "errors", "dead_letter_queue"):
            for name, value in statistics[group].items():
                shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
                table.add_row(name.replace("_", " "), shown)
            table.add_section()
        return table

    _answer(look, show, as_json=as_json, watch=watch)


@ledger_app.command()
def runs(
    source: Source = None,
    status: Annotated[RunStatus | None, typer.Option(help="Only such runs.")] = None,
    limit: Limit = 20,
    as_json: Json = False,
    watch: Watch = False,
) -> None:
    """List runs, newest first: what each stage did for each source."""
    ui = Settings().ui_url.rstrip("/")

    def look(ledger: Ledger) -> Any:
        return [
            asdict(run)
            | {"dagster_run_url": run.dagster_run_id and f"{ui}/runs/{run.dagster_run_id}"}
            for run in ledger.runs(source, status=status, limit=limit)
        ]

    def show(found: Any) -> RenderableType:
        if not found:
            return "No runs."
        return Group(
            *(
                entry(
                    f"[bold]{run['schema_name']}[/] {run['stage'] or ''}"
                    f" [{_STYLES.get(run['status'], 'green')}]{run['status']}[/]"
                    f" {run['started_at']:%Y-%m-%d %H:%M:%S}, {run['duration_ms'] or 0:,} ms,"
                    f" {run['records_processed']:,} records {run['dagster_run_url'] or ''}",
                    run["error_message"],
                )
                for run in found
            )
        )

    _answer(look, show, as_json=as_json, watch=watch)


@ledger_app.command()
def errors(
    source: Source = None,
    status: Annotated[ErrorStatus | None, typer.Option(help="Only such errors.")] = "open",
    limit: Limit = 20,
    as_json: Json = False,
    watch: Watch = False,
) -> None:
    """List errors, newest first; one that repeats is one line with a count."""

    def look(ledger: Ledger) -> Any:
        return [asdict(error) for error in ledger.errors(source, status=status, limit=limit)]

    def show(found: Any) -> RenderableType:
        if not found:
            return "No errors."
        return Group(
            *(
                entry(
                    f"[bold]{error['schema_name']}[/] {error['error_type']}"
                    f" {error['occurrence_count']}x,"
                    f" last {error['last_occurred_at'] or error['occurred_at']:%Y-%m-%d %H:%M:%S},"
                    f" {error['id']}",
                    error["error_message"],
                )
                for error in found
            )
        )

    _answer(look, show, as_json=as_json, watch=watch)


@ledger_app.command()
def positions(source: Source = None, as_json: Json = False, watch: Watch = False) -> None:
    """List how far each source was read, by stage."""

    def look(ledger: Ledger) -> Any:
        return [asdict(marker) for marker in ledger.get_active_markers(source)]

    def show(found: Any) -> RenderableType:
        table = titled("Positions", "source", "stage", "type", "moved (UTC)", "position")
        for marker in found:
            table.add_row(
                marker["schema_name"],
                marker["table_name"] or "",
                marker["marker_type"],
                f"{marker['last_updated']:%Y-%m-%d %H:%M:%S}",
                escape(canonical_json(marker["position_data"])),
            )
        return table

    _answer(look, show, as_json=as_json, watch=watch)


def _answer(
    look: Callable[[Ledger], Any],
    show: Callable[[Any], RenderableType],
    *,
    as_json: bool,
    watch: bool,
) -> None:
    with home_ledger() as ledger:
        if as_json:
            print_json(storable_json(look(ledger)))
        elif not watch:
            out.print(show(look(ledger)))
        else:
            _watch(lambda: show(look(ledger)))


def _watch(draw: Callable[[], RenderableType]) -> None:
    with until_interrupted() as interruption, Live(draw(), console=out, auto_refresh=False) as live:
        while not interruption.wait(_SECONDS):
            live.update(draw(), refresh=True)


def entry(heading: str, text: str | None) -> RenderableType:
    """A line of markup, and below it a longer text that wraps."""
    return Group(heading, Padding(escape(text), (0, 0, 0, 4))) if text else heading


def titled(title: str, *headings: str) -> Table:
    """An empty table whose columns wrap, but for ids."""
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in ("id", "run"))
    return table
