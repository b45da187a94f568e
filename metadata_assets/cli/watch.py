"""`metadata-assets watch`: what the sensors do, without a daemon."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from metadata_assets.cli.app import app, err, out
from metadata_assets.cli.interrupts import until_interrupted
from metadata_assets.cli.show import print_json, report_document
from metadata_assets.control.scan import SETTLING_SECONDS
from metadata_assets.errors import MetadataAssetsError
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings

if TYPE_CHECKING:
    from metadata_assets.defs.watch import Look


@app.command()
def watch(
    interval: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 60,
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document for each look that changed anything.")
    ] = False,
) -> None:
    """Watch the drops and the control table, and bring what changed up to date.

    Ingests drops once nobody writes them any more, a burst of edits together; syncs the sources
    whose rows or annotations changed, whoever edited them. Runs until it is interrupted, and then
    finishes what it is doing. With `--once`, exit code 1 where something failed.

    Where `dagster dev` or a Dagster daemon runs, its sensors do this already.
    """
    # Dagster takes seconds to import, which `--help` need not wait for.
    from metadata_assets.defs.instance import home_instance
    from metadata_assets.defs.watch import Look, look

    settings = Settings()
    found = Look()
    with (
        until_interrupted("stopping after what is being done.") as interruption,
        home_instance(settings) as instance,
        Ledger.open(settings.ledger_url) as ledger,
    ):
        if not (once or as_json):
            place = escape(str(settings.drops_location))
            out.print(f"Watching {place}. Interrupt to stop.", soft_wrap=True, highlight=False)
        while not interruption.has_come:
            try:
                found = look(settings, instance, ledger, found)
            except MetadataAssetsError as error:
                if once:
                    raise
                # A store that is away, a folder that is moved: the next look may find it.
                err.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
            else:
                _show(found, as_json=as_json)
            if once and not found.settling:
                break
            interruption.wait(SETTLING_SECONDS if found.settling else interval)
    if once and not found.succeeded:
        raise typer.Exit(1)


def _show(found: Look, *, as_json: bool) -> None:
    report = found.report
    if not (found.ingested or report or found.problems):
        return
    if as_json:
        print_json(
            {
                "ingested": list(found.ingested),
                "problems": list(found.problems),
                "sync": None if report is None else report_document(report),
            }
        )
        return
    now = f"{datetime.now(timezone.utc):%H:%M:%S}"
    if found.ingested:
        names = escape(", ".join(found.ingested[:5]))
        more = f" and {len(found.ingested) - 5} more" if len(found.ingested) > 5 else ""
        out.print(f"{now} drops: {names}{more}", soft_wrap=True, highlight=False)
    for problem in found.problems:
        err.print(f"[bold red]refused:[/] {escape(problem)}", soft_wrap=True, highlight=False)
    for one in () if report is None else report.sources:
        reason = f" ({escape(one.reason)})" if one.reason else ""
        out.print(f"{now} {escape(one.source)}: {one.status}{reason}", soft_wrap=True)
