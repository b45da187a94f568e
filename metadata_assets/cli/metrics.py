"""`metadata-assets metrics`: the ledger for a Prometheus scrape."""

from __future__ import annotations

import typer

from metadata_assets.cli.app import app
from metadata_assets.cli.ledger import home_ledger


@app.command()
def metrics() -> None:
    """Print the ledger's state in Prometheus' text format.

    For node_exporter's textfile collector, or anything that runs a command and reads its output.
    """
    # Imported where it is used: it costs a tenth of a second.
    from metadata_assets.ledger.metrics import prometheus_text

    with home_ledger() as ledger:
        typer.echo(prometheus_text(ledger), nl=False)
